import type { ChurnOutcome } from "../models/churn.ts";
import type { FraudResult } from "../models/fraud.ts";
import type { OutageResult } from "../models/outages.ts";

/** All that the report shows: numbers and names, no markup. Money is exact decimal text. */
export interface ReportModel {
  readonly source: SourceFacts;
  readonly balance: Balance;
  readonly money: MoneyFacts;
  readonly volume: VolumeFacts | undefined;
  readonly payments: readonly PaymentFacts[];
  readonly products: readonly ProductFacts[];
  readonly quality: QualityFacts;
  readonly people: PeopleFacts | undefined;
  readonly outages: OutageResult | undefined;
  readonly fraud: FraudFacts | undefined;
  readonly churn: ChurnOutcome;
  /** How well the models found what the generator had planted; undefined for a file. */
  readonly planted: PlantedFacts | undefined;
  readonly tables: readonly TableFacts[];
  readonly notes: readonly string[];
}

export interface SourceFacts {
  readonly name: string;
  readonly file: string;
  readonly snapshot: number;
}

/** read = loaded + quarantined + dropped, always. */
export interface Balance {
  readonly read: number;
  readonly loaded: number;
  readonly quarantined: number;
  readonly dropped: number;
  readonly droppedBy: Readonly<Record<string, number>>;
  readonly quarantinedBy: Readonly<Record<string, number>>;
  /** One of each kind. */
  readonly examples: readonly RejectedExample[];
}

export interface RejectedExample {
  readonly kind: string;
  readonly line: number;
  readonly reason: string;
}

export interface MoneyFacts {
  readonly currencies: readonly CurrencyFacts[];
  /** All of it in euro; undefined where a rate is missing. */
  readonly eur: string | undefined;
  readonly rates: Readonly<Record<string, string>>;
}

export interface CurrencyFacts {
  readonly currency: string;
  readonly count: number;
  readonly total: string;
  readonly average: string;
}

export interface VolumeFacts {
  readonly unit: "day" | "week" | "month";
  /** Days as YYYY-MM-DD; for weeks and months their first. */
  readonly bins: readonly { readonly start: string; readonly count: number }[];
  /** Transactions by hour of the day, UTC; undefined where dates have no time. */
  readonly byHour: readonly number[] | undefined;
  readonly first: string;
  readonly last: string;
  readonly undated: number;
}

export interface PaymentFacts {
  readonly method: string;
  readonly count: number;
  readonly totals: Readonly<Record<string, string>>;
}

export interface ProductFacts {
  readonly id: string;
  readonly name: string | null;
  readonly category: string | null;
  readonly purchases: number;
  readonly buyers: number | undefined;
  readonly revenue: { readonly currency: string; readonly total: string } | undefined;
}

export interface QualityFacts {
  /** 0 to 1. */
  readonly score: number;
  readonly checks: readonly {
    readonly id: string;
    readonly threshold: string;
    readonly evaluated: number;
    readonly failed: number;
  }[];
}

export interface PeopleFacts {
  readonly users: number;
  readonly people: number;
  readonly linked: boolean;
  /** People by the number of their accounts, from 1. */
  readonly sizes: readonly { readonly accounts: number; readonly people: number }[];
  /** A few people with several accounts; surnames shortened, mail addresses masked. */
  readonly examples: readonly (readonly {
    readonly userId: string;
    readonly name: string | null;
    readonly email: string | null;
  }[])[];
}

export interface FraudFacts extends FraudResult {
  /** The first of the anomalies, with their transactions. */
  readonly top: readonly AnomalyFacts[];
}

export interface AnomalyFacts {
  readonly transactionId: string | null;
  readonly line: number;
  readonly amount: string;
  readonly currency: string;
  readonly score: number;
  readonly reasons: readonly string[];
}

/** Of what was planted, how much was found; of what was found, how much was planted. */
export interface Found {
  readonly planted: number;
  readonly found: number;
  readonly both: number;
}

export interface PlantedFacts {
  readonly fraud: Found | undefined;
  readonly outages: Found | undefined;
  /** Pairs of accounts that are one person. */
  readonly pairs: Found;
}

export interface TableFacts {
  readonly place: "lake" | "warehouse";
  readonly name: string;
  readonly rows: number;
}
