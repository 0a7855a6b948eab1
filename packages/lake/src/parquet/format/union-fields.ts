/** Field ids of the union LogicalType. */
export const logicalFields = {
  string: 1,
  map: 2,
  list: 3,
  enum: 4,
  decimal: 5,
  date: 6,
  time: 7,
  timestamp: 8,
  integer: 10,
  unknown: 11,
  json: 12,
  bson: 13,
  uuid: 14,
  float16: 15,
  variant: 16,
  geometry: 17,
  geography: 18,
} as const;

/** Field ids of the union TimeUnit. */
export const unitFields = { ms: 1, us: 2, ns: 3 } as const;

/** Field ids of the union EncryptionAlgorithm. */
export const algorithmFields = { AES_GCM_V1: 1, AES_GCM_CTR_V1: 2 } as const;
