/** Why webhooks fired for an event of an import, or why not. */

import { SegmentedControl } from '@mantine/core';
import { Link, useLocation, useSearchParams } from 'wouter';
import { type EventType, ExplainImportDocument, type ExplainImportQuery } from '../../../schema/generated/graphql.ts';
import { useAsk } from '../api/ask.ts';
import { MorePages } from '../look/more-pages.tsx';
import { LoadingRows, Problem } from '../look/page.tsx';
import { Sentence } from '../look/sentence.tsx';
import { Tag } from '../look/tag.tsx';
import { eventName } from '../webhooks/words.ts';
import { importAddress } from './address.ts';
import { ExplainedWebhookItem } from './explained-webhook.tsx';
import type { ShownImport } from './import-facts.tsx';
import { type Explained, namesNothing } from './reasons.ts';

type Explaining = NonNullable<ExplainImportQuery['explainImport']>;

/** The latest event, or the one that the address names; the webhooks a page at a time. */
export function Explanation({ reported, latest }: { reported: ShownImport; latest: EventType }) {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const types = reported.events.map(({ type }) => type);
  const eventType = types.find((type) => type === search.get('event')) ?? latest;
  const after = search.get('after');
  const { data, problem, again } = useAsk(
    ExplainImportDocument,
    { importId: reported.importId, event: eventType, first: 20, after },
    { fresh: true },
  );
  const explanation = data?.explainImport;
  const path = importAddress(reported.importId);

  return (
    <section className="card facts-card import-wide" aria-labelledby="why">
      <div className="facts-head">
        <h2 id="why">Why webhooks fired, or did not</h2>
        {types.length > 1 && (
          <SegmentedControl
            aria-label="Event"
            size="xs"
            value={eventType}
            onChange={(type) => navigate(`${path}?event=${type}`, { replace: true })}
            data={types.map((type) => ({ value: type, label: eventName(type) }))}
          />
        )}
      </div>
      {problem && <Problem again={again}>{problem}</Problem>}
      {!explanation && !problem && <LoadingRows count={3} />}
      {explanation && (
        <>
          <Webhooks explanation={explanation} about={{ ...reported, eventType: explanation.event.type }} />
          <MorePages path={path} after={after} pageInfo={explanation.webhooks.pageInfo} />
        </>
      )}
    </section>
  );
}

function Webhooks({ explanation, about }: { explanation: Explaining; about: Explained }) {
  const { basicWebhook, isLatestEvent, webhooks } = explanation;
  return (
    <>
      {!isLatestEvent && (
        <p className="quiet small">
          More was reported of this import since. Mode, import identifier and saved schema are those of the last report.
        </p>
      )}
      {namesNothing(about) && (
        <p>
          <strong>No managed webhook can match this import:</strong> it has neither an import identifier nor a saved
          schema. The importer names them as <code>importIdentifier</code> and <code>savedSchemaId</code>.
        </p>
      )}
      <ul className="explained-rows" aria-label="Webhooks, newest first">
        {webhooks.edges.map(({ node }) => (
          <ExplainedWebhookItem key={node.webhook.id} node={node} about={about} />
        ))}
        <BasicWebhook basicWebhook={basicWebhook} />
      </ul>
      {webhooks.edges.length === 0 && (
        <p className="quiet">
          There are no managed webhooks.{' '}
          <Link href="/webhooks" className="link">
            Make the first one.
          </Link>
        </p>
      )}
    </>
  );
}

function BasicWebhook({ basicWebhook: { fired, message, delivery } }: Pick<Explaining, 'basicWebhook'>) {
  return (
    <li className="explained">
      <span className="explained-tag">
        <Tag tone={fired ? 'good' : 'plain'}>{fired ? 'Fired' : 'Did not fire'}</Tag>
      </span>
      <div className="explained-what">
        <strong>The basic webhook of the import</strong>
        <p>
          <Sentence>{message}</Sentence>
        </p>
        {delivery && (
          <Link href={`/deliveries/${delivery.id}`} className="link">
            The delivery and its attempts
          </Link>
        )}
      </div>
    </li>
  );
}
