/** The few words that a notification needs. */

export const WORDS = {
  en: {
    kinds: {
      offer: "New chat",
      message: "New message",
      invite: "You are invited to a chat",
      transfer: "A chat is handed to you",
    },
    body: "Open Foyer to read it.",
    accept: "Accept",
    hold: "Hold",
    decline: "Decline",
    takenBy: (name: string) => `${name} took this chat.`,
    gone: "This chat is no longer offered to you.",
    failed: "That did not work. Open the app.",
  },
  de: {
    kinds: {
      offer: "Neuer Chat",
      message: "Neue Nachricht",
      invite: "Sie sind in einen Chat eingeladen",
      transfer: "Ein Chat wird Ihnen übergeben",
    },
    body: "Öffnen Sie Foyer, um ihn zu lesen.",
    accept: "Annehmen",
    hold: "Halten",
    decline: "Ablehnen",
    takenBy: (name: string) => `${name} hat diesen Chat übernommen.`,
    gone: "Dieser Chat wird Ihnen nicht mehr angeboten.",
    failed: "Das hat nicht geklappt. Öffnen Sie die App.",
  },
};
