/** Why something did not come to pass. */

import type { Problem, ProblemCode } from "./contract.js";

/** The server refused for good. `problem` is its answer, with `code` and what belongs to it (`taken_by`, `room_id`…). */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly code: ProblemCode | undefined;
  readonly status: number;
  readonly problem: Partial<Problem>;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.code ?? problem.title ?? `status ${status}`);
    this.code = problem.code;
    this.status = status;
    this.problem = problem;
  }
}

/** No answer came, or only one that says to come back later; whether the call was obeyed is unknown. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
  /** The milliseconds that the server asked to wait, where it did. */
  readonly wait: number;

  constructor(message: string, { cause, wait = 0 }: { cause?: unknown; wait?: number } = {}) {
    super(message, { cause });
    this.wait = wait;
  }
}

/** The person took the command back before it was answered. */
export class DiscardedError extends Error {
  override readonly name = "DiscardedError";
}
