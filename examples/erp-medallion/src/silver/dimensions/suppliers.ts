import { raw, type Sql, sql } from "@lakewright/sql";
import type { Cleaning } from "../clean/cleaning.ts";
import { atMovedPlaces, makePlaces } from "../lookups/places.ts";
import { suppliers } from "../star/dimensions.ts";

const placesOfSuppliers = (s: Sql): readonly Sql[] => [
  sql`coalesce(${s}."countryId", 'FR') AS country, clean_zipcode(${s}."zipCode", ${s}."countryId") AS zip`,
];

/** Suppliers, rated by the share of their deliveries that came in time: A from 90 %, B from 75 %, C below. */
export const supplierCleaning: Cleaning = {
  table: suppliers,
  source: "supplier",
  with: ["supplier_family", "settlement_mode", "contact", "purchase_document", "zipcode"],
  reach: {
    from: ["supplier", "contact", "purchase_document", "zipcode"],
    ids: async ({ workbench }) => {
      const ids: Sql[] = [];
      if (await workbench.changed("supplier")) ids.push(sql`SELECT id FROM changed_supplier`);
      if (await workbench.changed("purchase_document")) {
        await workbench.compare("purchase_document");
        ids.push(sql`SELECT "supplierId" AS id FROM stood_purchase_document`);
      }
      if (await workbench.changed("contact")) {
        await workbench.see(["supplier"]);
        ids.push(
          sql`SELECT s.id FROM supplier s SEMI JOIN changed_contact k ON k.id = s."mainContactId"`,
        );
      }
      return [...ids, ...(await atMovedPlaces(workbench, "supplier", placesOfSuppliers))];
    },
  },
  prepare: (preparation) => makePlaces(preparation, placesOfSuppliers(raw("s"))),
  select: ({ rows }) => sql`WITH punctual AS (
  SELECT "supplierId" AS supplier, avg(CASE WHEN "realDeliveryDate" <= "expectedDeliveryDate" THEN 1.0 ELSE 0 END) AS share
  FROM purchase_document WHERE "documentType" = 'Order' AND "realDeliveryDate" IS NOT NULL AND "expectedDeliveryDate" IS NOT NULL
    AND "supplierId" IN (SELECT id FROM ${rows}) GROUP BY ALL
), own AS (
  SELECT *, clean_phone(phone) AS own_phone, clean_email(email) AS own_email, clean_text(name) AS own_name,
    clean_zipcode("zipCode", "countryId") AS own_zip FROM ${rows}
)
SELECT s.id AS _key, CASE WHEN clean_text(s.id) IS NULL THEN 'no_key' END AS _reason,
  list_filter([dirt_of('phone', s.phone, s.own_phone, 'invalid'), dirt_of('email', s.email, s.own_email, 'invalid'),
    dirt_of('name', s.name, s.own_name, 'empty')], x -> x IS NOT NULL) AS _dirt,
  s.id AS supplier_id, s.own_name AS name, s.type, f.caption AS family_name,
  clean_text(concat_ws(' ', k.civility, k."firstName", k."lastName")) AS contact_name, s.own_phone AS phone, s.own_email AS email,
  full_address(s.address1, s.address2, s.own_zip, coalesce(p.city, clean_text(s.city)), coalesce(s."countryId", 'FR')) AS address_full,
  coalesce(p.city, clean_text(s.city)) AS city, coalesce(s."countryId", 'FR') AS country,
  concat_ws(', ', m.caption, s."paymentTermDays" || ' days') AS payment_terms,
  CASE WHEN q.share >= 0.9 THEN 'A' WHEN q.share >= 0.75 THEN 'B' WHEN q.share IS NOT NULL THEN 'C' END AS rating, s.active AS is_active
FROM own s LEFT JOIN supplier_family f ON f.id = s."familyId" LEFT JOIN settlement_mode m ON m.id = s."settlementModeId"
LEFT JOIN contact k ON k.id = s."mainContactId" LEFT JOIN punctual q ON q.supplier = s.id
LEFT JOIN place p ON p.country = coalesce(s."countryId", 'FR') AND p.zip = s.own_zip AND p.name = place_name(s.city)`,
};
