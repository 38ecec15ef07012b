/** What to do first, in an organization that is new. */

import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { OverviewQuery } from '../../../schema/generated/graphql.ts';
import { LinkAction } from '../look/action.tsx';
import { Copyable } from '../look/copy.tsx';
import { Check, Plus } from '../look/icons.tsx';
import { Tag } from '../look/tag.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { reportCommand } from './report-command.ts';

/** Whether something is left to do of it. */
export function isNew({ webhooks, imports }: OverviewQuery): boolean {
  return webhooks.totalCount === 0 || imports.edges.length === 0;
}

/** The steps, those that are done marked. */
export function FirstSteps({ overview: { webhooks, imports } }: { overview: OverviewQuery }) {
  const mayNotMake = useWhyNot('manageWebhooks');
  const mayNotReport = useWhyNot('reportImports');
  const [importId] = useState(() => crypto.randomUUID());
  const hasWebhook = webhooks.totalCount > 0;
  const [newest] = webhooks.edges;
  return (
    <section className="card first-steps" aria-labelledby="first-steps">
      <h2 id="first-steps">First steps</h2>
      <ol>
        <Step title="Make a webhook" isDone={hasWebhook}>
          <p className="quiet">A URL of yours that is told when an import is finished.</p>
          {!hasWebhook && (
            <LinkAction href="/webhooks/new" leftSection={<Plus />} whyNot={mayNotMake}>
              New webhook
            </LinkAction>
          )}
        </Step>
        <Step title="Report an import" isDone={imports.edges.length > 0}>
          <p className="quiet">
            Your importer’s backend says this when an import is finished. Try it in a terminal, with an API key in{' '}
            <code>KEY</code>:{' '}
            {mayNotReport ? (
              'one with the role IMPORTER, which an administrator makes.'
            ) : (
              <>
                your own, or one with the role IMPORTER from{' '}
                <Link className="link" href="/keys">
                  Keys
                </Link>
                .
              </>
            )}
          </p>
          <Copyable
            text={reportCommand(location.origin, importId, newest?.node)}
            what="the command that reports an import"
          />
        </Step>
        <Step title="Watch it arrive" isDone={false}>
          <p className="quiet">
            It is delivered within a second or so.{' '}
            <Link className="link" href="/log">
              The delivery log
            </Link>{' '}
            shows every step, and this page what comes of it.
          </p>
        </Step>
      </ol>
    </section>
  );
}

function Step({ title, isDone, children }: { title: string; isDone: boolean; children: ReactNode }) {
  return (
    <li>
      <div className="first-step">
        <h3>
          {title}{' '}
          {isDone && (
            <Tag tone="good" icon={<Check />}>
              Done
            </Tag>
          )}
        </h3>
        {children}
      </div>
    </li>
  );
}
