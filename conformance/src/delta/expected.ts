/** `expected.json` of a table: what a correct reader returns. Described in the README beside the tables. */
export interface Expected {
  readonly category: string;
  readonly latest?: ExpectedLatest;
  readonly versions?: Readonly<Record<string, ExpectedRows | ExpectedError>>;
  readonly cdf?: Readonly<Record<string, unknown>>;
  readonly snapshot?: ExpectedSnapshot;
}

export interface ExpectedRows {
  readonly numRows: number;
  readonly numFiles?: number;
  readonly sha256: string;
}

export interface ExpectedError {
  readonly error: string;
}

export interface ExpectedLatest extends ExpectedRows {
  readonly version: number;
  readonly partitionColumns: readonly string[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly protocol: Readonly<Record<string, unknown>>;
  readonly columns: readonly (readonly [string, string])[];
  readonly rows?: readonly unknown[];
  readonly txn?: Readonly<Record<string, number>>;
}

export interface ExpectedSnapshot {
  readonly version: number;
  readonly addPaths: readonly string[];
  readonly protocol: readonly [number, number];
  readonly txn: Readonly<Record<string, number>>;
}
