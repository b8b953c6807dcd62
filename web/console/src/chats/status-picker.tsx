/** The agent's own status, at hand wherever chats are. */

import type { AgentStatus } from "@foyer/client";
import { ChevronDown } from "lucide-preact";

import { useAgentState, useDesk } from "../desk.js";
import { problemText } from "../parts/problems.js";
import { useWords } from "../words/words.js";

const STATUSES: readonly AgentStatus[] = ["online", "away", "offline"];

export function StatusPicker() {
  const words = useWords();
  const { client, notices } = useDesk();
  const status = useAgentState((state) => state.me?.status);
  if (status === undefined) return null;
  return (
    <label class="status-picker">
      <span class="presence" data-status={status} aria-hidden="true" />
      <span class="visually-hidden">{words.status.label}</span>
      <select
        value={status}
        onChange={(event) => {
          const select = event.currentTarget;
          client.setStatus(select.value as AgentStatus).catch((error: unknown) => {
            select.value = status;
            notices.show({ text: problemText(error, words), tone: "bad" });
          });
        }}
      >
        {STATUSES.map((one) => (
          <option key={one} value={one}>
            {words.status[one]}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden="true" />
    </label>
  );
}
