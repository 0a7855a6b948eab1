import { links, lists, settings, type ParameterTable } from "./shapes.ts";

export const purchasesParameters: readonly ParameterTable[] = [
  ...lists("purchases", {
    PurchaseDocumentType: 4,
    PurchaseDocumentState: 5,
    PurchaseTemplate: 6,
    PurchaseNumbering: 7,
    SupplierGroup: 0,
    SupplierRatingCriterion: 5,
    SupplierEvaluation: 0,
    PurchaseReason: 6,
    CallForTender: 0,
    CallForTenderLine: 0,
    DefectReason: 9,
    SupplierContract: 0,
    PurchaseApprovalLevel: 3,
    PurchaseRequest: 0,
    PurchaseRequestLine: 0,
  }),
  ...links("purchases", {
    SupplierBank: 214,
    SupplierDiscount: 0,
    SupplierColleague: 88,
  }),
  ...settings("purchases", {
    PurchaseParameter: 21,
    ReplenishmentParameter: 11,
  }),
];
