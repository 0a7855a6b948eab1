import { lists, type ParameterTable } from "./shapes.ts";

export const payrollParameters: readonly ParameterTable[] = [
  ...lists("payroll", {
    EmploymentContract: 0,
    ContractType: 5,
    PaySlip: 0,
    PaySlipLine: 0,
    LeaveRequest: 0,
    LeaveBalance: 0,
    TimeSheet: 0,
    TimeSheetLine: 0,
    CollectiveAgreement: 0,
    JobClassification: 0,
    TrainingCourse: 0,
    Certificate: 0,
  }),
];
