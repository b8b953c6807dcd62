/** Names of agents and departments by id, as far as this device has heard them. */

import type { Colleague, DepartmentOnline, RoomLog, Summary } from "@foyer/client";
import { useEffect, useMemo, useState } from "preact/hooks";

import { useAgentState, useDesk } from "../desk.js";
import { useWords } from "../words/words.js";

interface Directory {
  agents: readonly Colleague[];
  departments: readonly DepartmentOnline[];
}

/** The answer serves every room of this client; it is asked for once, and again after a failure. */
const asked = new WeakMap<object, Promise<Directory>>();

export function useNames(room: Summary | undefined, log: RoomLog): (id: string) => string {
  const words = useWords();
  const { client } = useDesk();
  const me = useAgentState((state) => state.me);
  const [directory, setDirectory] = useState<Directory | null>(null);
  const needed = log.events.some((event) => event.type === "agent.invited" || event.type === "room.transferred");

  useEffect(() => {
    if (!needed) return;
    let current = true;
    const fresh = asked.get(client) ?? Promise.all([client.agents(), client.departments()]).then(toDirectory);
    asked.set(client, fresh);
    fresh.then(
      (found) => {
        if (current) setDirectory(found);
      },
      () => asked.delete(client),
    );
    return () => {
      current = false;
    };
  }, [client, needed]);

  return useMemo(() => {
    const names = new Map<string, string | null>();
    for (const one of [...(directory?.agents ?? []), ...(directory?.departments ?? []), ...(me?.departments ?? [])]) {
      names.set(one.id, one.name);
    }
    for (const { actor } of log.events) if (actor.id !== null) names.set(actor.id, actor.name);
    for (const one of room?.participants ?? []) names.set(one.id, one.name);
    if (me) names.set(me.id, me.name);
    return (id) => names.get(id) ?? words.someAgent;
  }, [directory, me, room, log.events, words]);
}

function toDirectory([agents, departments]: [Colleague[], DepartmentOnline[]]): Directory {
  return { agents, departments };
}
