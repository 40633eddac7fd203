/**
 * The product of the daily processing, computed a second time and in another way: from whole numbers of tenths, without
 * a line of the example's program.
 */
export function monthlySummary(record: string): string {
  const [, ...days] = record.trim().split("\n").map((line) => line.split(","));
  const months = [...new Set(days.map(([date = ""]) => date.slice(0, 7)))].sort();
  const kinds = ["drizzle", "fog", "rain", "snow", "sun"];
  const header = ["month", "days", "precipitation", "temp_max", "temp_min", "wind", ...kinds];
  const rows = months.map((month) => {
    const own = days.filter(([date = ""]) => date.startsWith(month));
    const tenths = (column: number): number[] => own.map((day) => Math.round(Number(day[column]) * 10));
    const mean = (values: readonly number[]): string => (sum(values) / values.length / 10).toFixed(2);
    const byWeather = kinds.map((kind) => own.filter((day) => day[5] === kind).length);
    return [month, own.length, (sum(tenths(1)) / 10).toFixed(1), mean(tenths(2)), mean(tenths(3)), (Math.max(...tenths(4)) / 10).toFixed(1), ...byWeather];
  });
  return `${[header, ...rows].map((row) => row.join(",")).join("\n")}\n`;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
