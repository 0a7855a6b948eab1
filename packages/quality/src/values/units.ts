import {
  bigintRange,
  Decimal,
  floorDiv,
  formatDate,
  integerRange,
  type LogicalType,
  parseDate,
  parseTimestamp,
} from "@lakewright/core";

/** An integer number of units nearest to a value: below and above it, the same where the value has no rest. */
export interface UnitsOf {
  readonly floor: bigint;
  readonly ceil: bigint;
}

/**
 * A value in the unit the column counts in: 0.015 in a decimal(12, 2) lies between 1 and 2 cents.
 * Undefined where the value is none of the type.
 */
export function unitsOf(type: LogicalType, value: unknown): UnitsOf | undefined {
  switch (type.kind) {
    case "date": {
      const days = typeof value === "string" ? parseDate(value) : undefined;
      return days === undefined ? undefined : whole(BigInt(days));
    }
    case "timestamp": {
      if (typeof value === "bigint") return whole(value);
      const micros = microsOf(value, type.utc);
      return micros === undefined ? undefined : fraction(micros, type.unit === "ms" ? 1000n : 1n);
    }
    default: {
      const decimal = decimalOf(value);
      if (decimal === undefined) return undefined;
      const scale = type.kind === "decimal" ? type.scale : 0;
      return decimal.scale <= scale
        ? whole(decimal.rescale(scale).unscaled)
        : fraction(decimal.unscaled, 10n ** BigInt(decimal.scale - scale));
    }
  }
}

/** The value a column of the type has at so many units, as a parameter is given it. */
export function valueOfUnits(type: LogicalType, units: bigint): unknown {
  switch (type.kind) {
    case "date":
      return formatDate(Number(units));
    case "timestamp":
    case "int64":
    case "uint64":
      return units;
    case "decimal":
      return new Decimal(units, type.scale);
    default:
      return Number(units);
  }
}

/** The smallest and largest number of units of the type; undefined where no given bound can lie beyond. */
export function unitLimits(type: LogicalType): readonly [bigint, bigint] | undefined {
  switch (type.kind) {
    case "int64":
    case "uint64":
      return bigintRange[type.kind];
    case "decimal": {
      const limit = 10n ** BigInt(type.precision) - 1n;
      return [-limit, limit];
    }
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32": {
      const [min, max] = integerRange[type.kind];
      return [BigInt(min), BigInt(max)];
    }
    default:
      return undefined;
  }
}

/** Digits after the point of the unit. */
export function scaleOf(type: LogicalType): number {
  return type.kind === "decimal" ? type.scale : 0;
}

/** A finite number as an exact decimal; undefined where it is none. */
export function decimalOf(value: unknown): Decimal | undefined {
  if (value instanceof Decimal) return value;
  if (typeof value === "bigint") return new Decimal(value, 0);
  if (typeof value !== "string" && !(typeof value === "number" && Number.isFinite(value))) {
    return undefined;
  }
  try {
    return Decimal.from(value);
  } catch {
    return undefined;
  }
}

function microsOf(value: unknown, utc: boolean): bigint | undefined {
  if (value instanceof Date) {
    return utc && !Number.isNaN(value.getTime()) ? BigInt(value.getTime()) * 1000n : undefined;
  }
  const parsed = typeof value === "string" ? parseTimestamp(value) : undefined;
  return parsed?.hasZone === utc && !parsed.lossy ? parsed.micros : undefined;
}

function whole(units: bigint): UnitsOf {
  return { floor: units, ceil: units };
}

function fraction(value: bigint, unit: bigint): UnitsOf {
  const floor = floorDiv(value, unit);
  return { floor, ceil: floor * unit === value ? floor : floor + 1n };
}
