import { factDeletions } from "./fact-deletions.ts";

for (const name of ["Postgres", "MySQL", "MariaDB"]) factDeletions(name);
