import { capabilityCases } from "./capabilities.ts";
import { limitCases } from "./limits.ts";
import { lockCases } from "./locks.ts";
import { sinkCases } from "./sinks.ts";
import type { EngineUnderTest } from "./engines.ts";
import { loadCases } from "./loads.ts";
import { regexCases } from "./regex.ts";
import { roundTripCases } from "./round-trip.ts";
import { statementCases } from "./statements.ts";
import { transactionCases } from "./transactions.ts";

/** What every engine promises. */
export function conformance(under: EngineUnderTest): void {
  statementCases(under);
  transactionCases(under);
  limitCases(under);
  lockCases(under);
  capabilityCases(under);
  loadCases(under);
  roundTripCases(under);
  regexCases(under);
  sinkCases(under);
}
