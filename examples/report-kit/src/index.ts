// Pages
export { type Content, Html, html } from "./page/html.ts";
export { grouped, name, num, percent, score } from "./page/numbers.ts";
export { page, type Page, type PagePart } from "./page/page.ts";
export { card, figure, section } from "./page/section.ts";
export { table, type TableColumn } from "./page/table.ts";

// Charts
export { type AreaChartOptions, type AreaPoint, areaChart } from "./charts/area-chart.ts";
export { type Bar, barList } from "./charts/bar-list.ts";
export { type Column, columnChart, type ColumnChartOptions } from "./charts/column-chart.ts";
export { meter } from "./charts/meter.ts";
export { type Part, splitBar } from "./charts/split-bar.ts";

// The terminal
export { failureText } from "./terminal/failure-text.ts";
export { count, screen, type Screen, silentScreen } from "./terminal/screen.ts";
