import type { Fault } from "../sandbox/faults.ts";

/** Time for a request where the fault is that it never ends. */
export const SHORT_TIMEOUT_MS = 250;

/** A way for the network, or something that stands in it, to fail. */
export type NamedFault = {
  readonly name: string;
  /** Whether only the time limit ends it. */
  readonly isEndless: boolean;
} & ({ readonly kind: "refused" } | { readonly kind: "answered"; readonly fault: Fault });

/** Every fault. A redirect leads to `elsewhere`. */
export function networkFaults(elsewhere: string): NamedFault[] {
  const answer = (status: number, body: string) => ({ kind: "answer", status, body }) as const;
  const limit = { kind: "rate-limit", seconds: 1 } as const;
  const faults: Record<string, Fault> = {
    "reset before": { kind: "reset", when: "before" },
    "reset during": { kind: "reset", when: "during" },
    "reset after": { kind: "reset", when: "after" },
    timeout: { kind: "silence" },
    trickle: { kind: "trickle", everyMs: 400 },
    "cut body": { kind: "cut" },
    garbage: { kind: "garbage" },
    "HTML with 200": { kind: "html" },
    "500": answer(500, "Internal Server Error"),
    "503": answer(503, "<!doctype html><title>503</title><div>upstream</div>"),
    "429 X-Retry-After": { ...limit, form: "X-Retry-After" },
    "429 Retry-After": { ...limit, form: "Retry-After" },
    "429 tryAgainIn": { ...limit, form: "tryAgainIn" },
    redirect: { kind: "redirect", to: elsewhere },
    "gzip bomb": { kind: "gzip-bomb" },
  };
  return [
    { name: "refused", isEndless: false, kind: "refused" },
    ...Object.entries(faults).map(([name, fault]) => {
      const isEndless = fault.kind === "silence" || fault.kind === "trickle";
      return { name, isEndless, kind: "answered", fault } as const;
    }),
  ];
}
