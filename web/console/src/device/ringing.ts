/** Sound and vibration. Both are a help, never needed: where a browser cannot or may not, it stays still. */

const AGAIN = 3_000;
const ENOUGH = 45_000;

let audio: AudioContext | undefined;

/** Browsers let a page sound only after it was touched: call it once, early. */
export function readySound(): void {
  const wake = () => {
    audio ??= typeof AudioContext === "undefined" ? undefined : new AudioContext();
    void audio?.resume().catch(() => undefined);
  };
  window.addEventListener("pointerdown", wake, { once: true });
  window.addEventListener("keydown", wake, { once: true });
}

/** Rings until the answer is called, or long enough. */
export function startRinging(by: { sound: boolean; vibration: boolean }): () => void {
  const ring = () => {
    if (by.sound) play([660, 880, 660, 880], 0.16);
    if (by.vibration) vibrate([250, 120, 250]);
  };
  ring();
  const repeating = setInterval(ring, AGAIN);
  const stop = () => {
    clearInterval(repeating);
    clearTimeout(ending);
    if (by.vibration) vibrate(0);
  };
  const ending = setTimeout(stop, ENOUGH);
  return stop;
}

/** A new message in a room that is not looked at. */
export function chime(by: { sound: boolean; vibration: boolean }): void {
  if (by.sound) play([880, 1175], 0.09);
  if (by.vibration) vibrate(80);
}

function vibrate(pattern: number | number[]): void {
  // Missing in Safari and Firefox, whatever the types say.
  if ("vibrate" in navigator) navigator.vibrate(pattern);
}

function play(tones: readonly number[], seconds: number): void {
  if (audio?.state !== "running") return;
  for (const [place, frequency] of tones.entries()) {
    const from = audio.currentTime + place * seconds;
    const tone = new OscillatorNode(audio, { frequency, type: "sine" });
    const loudness = new GainNode(audio, { gain: 0 });
    loudness.gain.setValueAtTime(0, from);
    loudness.gain.linearRampToValueAtTime(0.2, from + 0.015);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + seconds);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + seconds);
  }
}
