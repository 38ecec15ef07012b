/** What the statements of a call cost, by `explain (analyze)`, planned as the server has them planned. */

import pg from 'pg';
import type { Database } from '../../src/database/database.ts';
import { INDEX_WALK_SETTINGS } from '../../src/database/settings.ts';

/** The slice of an app whose statements are explained rather than run. */
export interface Explained {
  readonly app: { readonly db: Database };
}

/** What a call cost. */
export interface CallCost {
  /** Rows of `delivery`, or where it reads none of all tables, that were looked at. */
  readonly rows: number;
  /** The time of its statements, the shortest of several. */
  readonly ms: number;
  /** The indexes that they walked, in order. */
  readonly indexes: readonly string[];
}

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const ROUNDS = 5;

/** Explains the statements that `call` makes; it gets no rows. */
export async function explainCall(
  client: pg.Client,
  call: (app: Explained['app']) => Promise<unknown>,
): Promise<CallCost> {
  const nodes: PlanNode[] = [];
  let ms = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const explain = async (statement: string, parameters: readonly unknown[]) => {
    if (/^\s*(set local|select\s+set_config\()/.test(statement)) {
      await client.query(statement.replace('set local ', 'set ').replaceAll(', true)', ', false)'));
      return [];
    }
    const { plan, time } = await explainStatement(client, statement, parameters);
    nodes.push(...allNodes(plan));
    ms += time;
    return [];
  };
  const query = (statement: string, parameters: readonly unknown[] = []) => {
    const next = turn.then(() => explain(statement, parameters));
    turn = next;
    return next;
  };
  // Only these are used by what is explained here, and a preview that gets no answer says so.
  const transaction = (work: (sql: { query: typeof query }) => Promise<unknown>) => work({ query });
  const db = { reads: { query, transaction } };
  await call({ db: db as unknown as Database }).catch(() => undefined);
  await client.query(`reset all; ${INDEX_WALK_SETTINGS}`); // what was set for the rest of a transaction
  const scans = nodes.filter((node) => node['Index Name'] !== undefined || node['Relation Name'] !== undefined);
  const deliveries = scans.filter((node) => node['Relation Name'] === 'delivery');
  return {
    rows: (deliveries.length > 0 ? deliveries : scans).reduce((sum, node) => sum + rowsOf(node), 0),
    ms,
    indexes: [...new Set(scans.filter(wasWalked).map((node) => node['Index Name'] ?? 'none'))],
  };
}

async function explainStatement(client: pg.Client, statement: string, parameters: readonly unknown[]) {
  await client.query(`prepare explained as ${statement}`);
  const values = parameters.map(literal).join(', ');
  const times: number[] = [];
  let plan: PlanNode | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rows } = await client.query(`explain (analyze, format json) execute explained (${values})`);
    const [explained] = rows[0]['QUERY PLAN'];
    plan = explained.Plan;
    times.push(explained['Execution Time']);
  }
  await client.query('deallocate explained');
  if (!plan) throw new Error('nothing was explained');
  return { plan, time: Math.min(...times) };
}

function literal(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`);
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}

function allNodes(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}

function rowsOf(node: PlanNode): number {
  return Math.round((node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']);
}

const wasWalked = (node: PlanNode): boolean => node['Actual Loops'] > 0 && node['Index Name'] !== undefined;
