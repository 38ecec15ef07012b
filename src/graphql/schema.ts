/** The schema: every type, query, mutation and subscription there is. */

import './refusal.ts';
import './scalars.ts';
import '../organization/viewer.graphql.ts';
import '../organization/api-key.graphql.ts';
import '../webhook/saved-schema.graphql.ts';
import '../webhook/destination.graphql.ts';
import '../webhook/webhook.graphql.ts';
import '../webhook/webhook-mutations.graphql.ts';
import '../webhook/secret.graphql.ts';
import '../delivery/backlog.graphql.ts';
import '../delivery/delivery.graphql.ts';
import '../delivery/find.graphql.ts';
import '../delivery/failure-groups.graphql.ts';
import '../delivery/attempt.graphql.ts';
import '../delivery/log.graphql.ts';
import '../delivery/manual.graphql.ts';
import '../delivery/signature-doctor.graphql.ts';
import '../delivery/reconciliation.graphql.ts';
import '../delivery/replay.graphql.ts';
import '../delivery/replay-mutations.graphql.ts';
import '../delivery/stats.graphql.ts';
import '../delivery/webhook.graphql.ts';
import '../delivery/webhook-deliveries.graphql.ts';
import '../import/erasure.graphql.ts';
import '../import/import.graphql.ts';
import '../import/explain.graphql.ts';
import '../import/preview.graphql.ts';
import '../import/report.graphql.ts';
import '../import/test-event.graphql.ts';
import { builder } from './builder.ts';
import { describeTotals } from './connection.ts';

/** Built once; needs no database. */
export const schema = describeTotals(builder.toSchema());
