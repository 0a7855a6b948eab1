/** The columns a transaction may have, what they hold, and the names they usually go by. */
export type Kind = "text" | "amount" | "timestamp" | "day";

export interface OurColumn {
  readonly kind: Kind;
  /** Names in other people's files, the likeliest first; case, blanks and punctuation do not count. */
  readonly synonyms: readonly string[];
}

const column = (kind: Kind, synonyms: string): OurColumn => ({
  kind,
  synonyms: synonyms.split(" "),
});

export const ourColumns = {
  transaction_id: column(
    "text",
    "transactionid txid txnid txn transactionref transactionreference id",
  ),
  transaction_type: column("text", "transactiontype type txtype kind"),
  amount: column(
    "amount",
    "amount transactionamount amt totalamount total grandtotal amountpaid paymentamount value montant betrag importe",
  ),
  currency: column("text", "currency currencycode ccy iso4217 devise waehrung währung"),
  payment_method: column("text", "paymentmethod paymenttype method paidby zahlungsart"),
  status: column("text", "status state transactionstatus"),
  created_at: column(
    "timestamp",
    "createdat timestamp transactiontime transactiondate datetime transactiondatetime purchasedate orderdate invoicedate date time bookingdate valuedate datum",
  ),
  user_id: column(
    "text",
    "userid customerid clientid accountid custid memberid cardholderid user customer",
  ),
  user_name: column("text", "username customername fullname name clientname cardholder"),
  user_email: column("text", "useremail email emailaddress mail customeremail"),
  user_phone: column("text", "userphone phone phonenumber telephone mobile customerphone"),
  user_birth_date: column("day", "userbirthdate birthdate dateofbirth dob"),
  user_country: column("text", "usercountry country countrycode customercountry"),
  user_city: column("text", "usercity city town customercity"),
  product_id: column("text", "productid sku itemid stockcode articleid"),
  product_name: column("text", "productname product item itemname"),
  product_category: column("text", "productcategory category"),
  quantity: column("amount", "quantity qty productquantity"),
  unit_price: column("amount", "unitprice priceeach productunitprice"),
  channel: column("text", "channel devicechannel"),
  ip: column("text", "ip ipaddress deviceip"),
  memo: column("text", "memo description details note label"),
} as const satisfies Record<string, OurColumn>;

export type OurName = keyof typeof ourColumns;

export const ourNames = Object.keys(ourColumns) as readonly OurName[];

export function isOurName(name: string): name is OurName {
  return Object.hasOwn(ourColumns, name);
}

/** "Transaction ID", "transaction-id" and "transaction.id" are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Which of a file's columns are ours: by our own name, else by the likeliest synonym that is there. A column of the
 * file is taken once.
 */
export function matchColumns(theirs: readonly string[]): Map<OurName, string> {
  const free = new Map<string, string>();
  for (const name of theirs) {
    if (!free.has(plainName(name))) free.set(plainName(name), name);
  }
  const matched = new Map<OurName, string>();
  const take = (ours: OurName, candidates: readonly string[]): void => {
    const key = candidates.find((candidate) => free.has(candidate));
    if (key === undefined || matched.has(ours)) return;
    matched.set(ours, free.get(key)!);
    free.delete(key);
  };
  for (const ours of ourNames) take(ours, [plainName(ours)]);
  for (const ours of ourNames) take(ours, ourColumns[ours].synonyms);
  return new Map(
    ourNames.flatMap((ours) => (matched.has(ours) ? [[ours, matched.get(ours)!]] : [])),
  );
}
