/** How likely a customer is lost. */
export const riskLevels = ["low", "medium", "high"] as const;
export type RiskLevel = (typeof riskLevels)[number];

/** What to do about it. */
export const retentionActions = [
  "none",
  "reminder",
  "retention_offer",
  "personal_contact",
] as const;
export type RetentionAction = (typeof retentionActions)[number];

/** Probabilities from which a risk is medium, and high. */
export interface RiskThresholds {
  readonly medium: number;
  readonly high: number;
}

export function riskLevel(probability: number, thresholds: RiskThresholds): RiskLevel {
  if (probability >= thresholds.high) return "high";
  return probability >= thresholds.medium ? "medium" : "low";
}

/** A valuable customer at high risk is worth a person's time, another one an offer; a medium risk gets a reminder. */
export function retentionAction(level: RiskLevel, valuable: boolean): RetentionAction {
  if (level === "high") return valuable ? "personal_contact" : "retention_offer";
  return level === "medium" ? "reminder" : "none";
}
