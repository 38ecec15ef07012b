/** A webhook's own page. */

import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { EnableWebhookDocument, WebhookDocument, type WebhookQuery } from '../../../schema/generated/graphql.ts';
import { type Refused, useAsk, useDo } from '../api/ask.ts';
import { useChanges } from '../log/use-changes.ts';
import { Action } from '../look/action.tsx';
import { Dots, Send } from '../look/icons.tsx';
import { Empty, LoadingRows, Page, Problem } from '../look/page.tsx';
import { Tag } from '../look/tag.tsx';
import { useWhyNot } from '../sign-in/session.tsx';
import { DeleteWebhook } from './delete-webhook.tsx';
import { DisableWebhook } from './disable-webhook.tsx';
import { RotateSecret } from './rotate-secret.tsx';
import { TestEvent } from './test-event.tsx';
import { WebhookFacts } from './webhook-facts.tsx';
import { healthOf } from './words.ts';

/** What is open above the page. */
type Dialog = 'test' | 'rotate' | 'disable' | 'delete';

/** How often the page may be asked for again while deliveries happen, in milliseconds. */
const REFRESH_MS = 500;

/** What the webhook is, how it does, and what can be done with it. */
export function WebhookPage({ id }: { id: string }) {
  const { data, problem, again } = useAsk(WebhookDocument, { id }, { fresh: true });
  const [dialog, setDialog] = useState<Dialog>();
  const [, navigate] = useLocation();
  useChanges({ webhookId: id }, again, REFRESH_MS);
  const webhook = data?.webhook;
  const close = () => setDialog(undefined);

  if (problem)
    return (
      <Page title="Webhook">
        <Problem again={again}>{problem}</Problem>
      </Page>
    );
  if (webhook === null) {
    return (
      <Page title="Webhook">
        <Empty
          title="There is no such webhook"
          action={
            <Button component={Link} href="/webhooks">
              To the webhooks
            </Button>
          }
        >
          It was deleted, or the link was cut short.
        </Empty>
      </Page>
    );
  }
  if (!webhook)
    return (
      <Page title="Webhook">
        <LoadingRows count={3} height={120} />
      </Page>
    );
  const health = healthOf(webhook);
  return (
    <Page
      title={webhook.description || 'Webhook'}
      lead={
        <span className="webhook-lead">
          <span className="mono">{webhook.url}</span>
          <Tag tone={health.tone}>{health.word}</Tag>
          <Tag tone={webhook.developmentMode ? 'test' : 'plain'}>
            {webhook.developmentMode ? 'Development imports' : 'Production imports'}
          </Tag>
        </span>
      }
      actions={<Actions webhook={webhook} open={setDialog} />}
    >
      <WebhookFacts webhook={webhook} health={health} />
      {dialog === 'test' && <TestEvent webhook={webhook} close={close} />}
      {dialog === 'rotate' && <RotateSecret webhook={webhook} close={close} />}
      {dialog === 'disable' && <DisableWebhook webhook={webhook} close={close} />}
      {dialog === 'delete' && <DeleteWebhook webhook={webhook} close={close} onDeleted={() => navigate('/webhooks')} />}
    </Page>
  );
}

function Actions({ webhook, open }: { webhook: NonNullable<WebhookQuery['webhook']>; open: (dialog: Dialog) => void }) {
  const whyNot = useWhyNot('manageWebhooks');
  const enable = useDo(EnableWebhookDocument);
  const [refused, setRefused] = useState<Refused>();
  const [, navigate] = useLocation();
  return (
    <>
      {refused && <Problem>{refused.message}</Problem>}
      {webhook.enabled ? (
        <Action leftSection={<Send />} whyNot={whyNot} run={() => open('test')}>
          Send test event
        </Action>
      ) : (
        <Action whyNot={whyNot} run={() => enable({ input: { webhookId: webhook.id } })} onRefused={setRefused}>
          Enable
        </Action>
      )}
      <Action variant="default" whyNot={whyNot} run={() => navigate(`/webhooks/${webhook.id}/edit`)}>
        Edit
      </Action>
      {!whyNot && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default" aria-label="More actions" className="button-icon">
              <Dots />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => open('rotate')}>Rotate secret…</Menu.Item>
            {webhook.enabled && <Menu.Item onClick={() => open('disable')}>Disable…</Menu.Item>}
            <Menu.Item color="var(--bad)" onClick={() => open('delete')}>
              Delete…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
