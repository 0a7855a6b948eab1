import { loadsOfQueries } from "./query-loads.ts";

for (const name of ["Postgres", "MySQL", "MariaDB"]) loadsOfQueries(name);
