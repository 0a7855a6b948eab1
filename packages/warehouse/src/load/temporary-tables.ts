/**
 * Temporary tables of loads, rewinds and deletions, of which a connection runs one at a time. They are named in one place,
 * for one that lives while another is made must not have its name.
 */

/** The rows of a load, or the keys of a deletion. */
export const STAGE = "wh_stage";
export const DELTA = "wh_delta";
export const RESOLVED = "wh_resolved";
/** Later changes of members that the data has several of. */
export const LATER = "wh_later";
/** The first row of every key that occurs twice. */
export const REPEATED = "wh_repeated";
/** The values of the columns the data is the whole of. */
export const SCOPE = "wh_scope";
/** When members that come back had ended. */
export const ENDED = "wh_ended";
/** The grains of facts the data does not have. */
export const MISSING = "wh_missing";
/** Groups of a bridge that are put aside. A table of its own: MySQL reads a temporary table once in a statement. */
export const BAD_GROUPS = "wh_bad_groups";
/** Versions that go, each with the one its facts refer to then: of members of which none is left, the first. */
export const GONE = "wh_gone";
/** Members that are deleted for good, or the grains of facts that are deleted by their keys. */
export const CHOSEN = "wh_chosen";
/** Versions that facts need though none of their member is left. */
export const NEEDED = "wh_needed";

/** Columns of these tables. No column of a definition may start with "__". */
export const ROW = "__row";
export const PROBLEM = "__problem";
/** The surrogate key of the member a row is of, or refers to. */
export const MEMBER = "__member";
export const OPERATION = "__operation";
/** When the version that opens starts, and the one that closes ends; of a look-up, when a version counts. */
export const SINCE = "__since";
export const UNTIL = "__until";
/** Which of the changes of its member a row is, from 1. */
export const ROUND = "__round";
/** 1 where a row of the key differs from the first. */
export const CONFLICT = "__conflict";
