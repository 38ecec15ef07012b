/** The pages with the form of a webhook: a new one, and one that there is. */

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { CreateWebhookDocument, UpdateWebhookDocument, WebhookDocument } from '../../../schema/generated/graphql.ts';
import { isRefused, useAsk, useDo } from '../api/ask.ts';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { EMPTY, inputOf, valuesOf, type WebhookValues } from './form-values.ts';
import { SecretShown } from './secret-shown.tsx';
import { WebhookForm } from './webhook-form.tsx';

/** Makes a webhook, then shows its secret. */
export function NewWebhookPage() {
  const whyNot = useWhyNot('manageWebhooks');
  const create = useDo(CreateWebhookDocument);
  const [made, setMade] = useState<{ readonly id: string; readonly secret: string }>();
  const [, navigate] = useLocation();

  async function save(values: WebhookValues) {
    const answer = await create({ input: inputOf(values) });
    if (isRefused(answer)) return answer;
    if ('secret' in answer) setMade({ id: answer.webhook.id, secret: answer.secret });
    return undefined;
  }

  if (whyNot) return <MayNot whyNot={whyNot} />;
  if (made) {
    return (
      <Page key="made" title="Your webhook is ready">
        <div className="card form-card secret-card">
          <SecretShown
            secret={made.secret}
            body="json"
            done={() => navigate(`/webhooks/${made.id}`, { replace: true })}
          />
        </div>
      </Page>
    );
  }
  return (
    <Page title="New webhook">
      <WebhookForm initial={EMPTY} verb="Make webhook" save={save} cancel={<Cancel to="/webhooks" />} />
    </Page>
  );
}

/** Changes a webhook. */
export function EditWebhookPage({ id }: { id: string }) {
  const whyNot = useWhyNot('manageWebhooks');
  const update = useDo(UpdateWebhookDocument);
  const { data, problem, again } = useAsk(WebhookDocument, { id });
  const [, navigate] = useLocation();

  async function save(values: WebhookValues) {
    const answer = await update({ input: { webhookId: id, ...inputOf(values) } });
    if (isRefused(answer)) return answer;
    navigate(`/webhooks/${id}`);
    return undefined;
  }

  if (whyNot) return <MayNot whyNot={whyNot} />;
  return (
    <Page title="Edit webhook" lead="Deliveries that wait are made with the new settings.">
      {problem && <Problem again={again}>{problem}</Problem>}
      {!data && !problem && <LoadingRows count={3} height={180} />}
      {data?.webhook === null && (
        <Empty title="There is no such webhook">It was deleted, or the link was cut short.</Empty>
      )}
      {data?.webhook && (
        <WebhookForm
          initial={valuesOf(data.webhook)}
          verb="Save changes"
          save={save}
          cancel={<Cancel to={`/webhooks/${id}`} />}
        />
      )}
    </Page>
  );
}

function Cancel({ to }: { to: string }) {
  return (
    <Button variant="default" component={Link} href={to}>
      Cancel
    </Button>
  );
}

function MayNot({ whyNot }: { whyNot: string }) {
  return (
    <Page title="Webhooks">
      <Empty title="Your key may not change webhooks" action={<Cancel to="/webhooks" />}>
        {whyNot}
      </Empty>
    </Page>
  );
}
