/** Figures as people read them. */

import type { Goal, Measurement } from '../bench.ts';

const HEAD = ['bench', 'database', 'value', 'baseline', 'unit', 'ratio', 'goal', ''];

/** A table, one line per measurement, with a line of headings. */
export function formatTable(measurements: readonly Measurement[]): string {
  const rows = [HEAD, ...measurements.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function cellsOf({ name, database, value, baseline, unit, ratio, goal, note = '' }: Measurement): string[] {
  const figure = (amount: number) => amount.toFixed(amount < 100 ? 2 : 0);
  return [name, database, figure(value), figure(baseline), unit, ratio.toFixed(2), verdict(ratio, goal), note];
}

function verdict(ratio: number, goal: Goal | null): string {
  if (goal === null) return '-';
  if ('atLeast' in goal) return `>= ${goal.atLeast} ${ratio >= goal.atLeast ? 'met' : 'missed'}`;
  return `<= ${goal.atMost} ${ratio <= goal.atMost ? 'met' : 'missed'}`;
}
