/** What is used of a Standard Schema (https://standardschema.dev), version 1, such as a zod object. */
export interface StandardSchema<P> {
  readonly "~standard": {
    readonly validate: (value: unknown) => SchemaResult<P> | Promise<SchemaResult<P>>;
    readonly types?: { readonly output: P } | undefined;
  };
}

export type SchemaResult<P> =
  { readonly value: P; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
