import { lists, type ParameterTable } from "./shapes.ts";

export const productionParameters: readonly ParameterTable[] = [
  ...lists("production", {
    ManufacturingOrder: 0,
    ManufacturingOrderLine: 0,
    Routing: 0,
    RoutingStep: 0,
    Workstation: 0,
    WorkstationGroup: 0,
    BillOfMaterials: 0,
    BillOfMaterialsLine: 0,
    QualityControl: 0,
    QualityControlPoint: 0,
    ProductionShift: 0,
  }),
];
