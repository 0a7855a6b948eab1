// The log nobody can rewrite unseen
export { openAuditLog } from "./audit/log/open.ts";
export type {
  AuditEntry,
  AuditEvent,
  AuditLog,
  AuditLogOptions,
  AuditVerdict,
} from "./audit/log/types.ts";

// What transformations, checks, reconciliations and analyses found
export { openAuditTables } from "./audit/tables/open.ts";
export type { AuditTables, AuditTablesOptions } from "./audit/tables/open.ts";
export type {
  DataSourceRecord,
  QualityCheckRecord,
  ReconciliationRecord,
  RootCauseRecord,
  TransformationRecord,
} from "./audit/tables/records.ts";

// Who may see what
export { applyAccess, defineAccess, planAccess } from "./audit/access/access.ts";
export type { AccessPlan, AccessRules, Mask, RoleRules } from "./audit/access/types.ts";

// What is kept, and for how long
export { planRetention } from "./audit/retention/retention.ts";
export type { RetentionPlan, RetentionRule, RetentionSummary } from "./audit/retention/types.ts";
