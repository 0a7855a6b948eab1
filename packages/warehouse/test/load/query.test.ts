import { loadsOfQueries } from "./query-loads.ts";

for (const name of ["DuckDB", "PGlite"]) loadsOfQueries(name);
