import { checkMapping, type Mapping } from "../mapping/schema.ts";
import { currencyOf, ratesToEur } from "./catalogue.ts";

/** The period the generated transactions are from: in the past of any clock. */
export const period = { start: "2025-01-01", days: 180 } as const;

/** The mapping of generated transactions: read as any other file is. */
export function shopMapping(blacklist: readonly string[]): Mapping {
  return checkMapping(
    {
      name: "A shop's transactions (generated)",
      format: "ndjson",
      columns: {
        transaction_id: "transaction_id",
        transaction_type: "transaction_type",
        amount: "amount",
        currency: "currency",
        payment_method: "payment_method",
        status: "status",
        created_at: "created_at",
        user_id: "user.id",
        user_name: "user.name",
        user_email: "user.email",
        user_phone: "user.phone",
        user_birth_date: "user.birth_date",
        user_country: "user.country",
        user_city: "user.city",
        product_id: "product.id",
        product_name: "product.name",
        product_category: "product.category",
        quantity: "product.quantity",
        unit_price: "product.unit_price",
        channel: "device.channel",
        ip: "device.ip",
      },
      ratesToEur,
      rules: {
        minAmount: "0.01",
        currencies: [...new Set(Object.values(currencyOf))],
        refuseFuture: true,
      },
      blacklist: [...blacklist],
    },
    "of the generator",
  );
}
