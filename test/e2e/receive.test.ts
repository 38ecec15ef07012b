import { describe, expect, test } from 'vitest';
import { createTestApp } from '../support/app.ts';
import { ask } from '../support/client.ts';
import { DOCUMENTED_BODY, givenWebhook, reportCompleted } from '../support/given.ts';
import { type Program, runProgram, startProgram } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';

describe('the receiver of the command line', () => {
  test('says how to go on, and verifies once it is started again with the secret, as it said', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const { program: unknowing, url, port } = await startReceive(['--port', '0']);
    expect(unknowing.output).toContain('ALLOWED_NETWORKS=127.0.0.0/8 npm start');
    expect(unknowing.output).toContain(`createWebhook(input: { url: "${url}/hook"`);
    expect(unknowing.output).toContain(`receive --port ${port} --secret whsec_…`);
    expect(unknowing.output).toContain('No --secret was given: signatures are not checked.');

    const { secret } = await givenWebhook(app, { url: `${url}/hook` });
    const { event } = await reportCompleted(app, { importId: 'first' });
    await unknowing.wrote(/POST \/hook {2}signature not checked: no secret was given/);
    await interrupt(unknowing);
    expect(unknowing.output).toMatch(/Stopped\. Requests: 1\.\n$/);
    expect(unknowing.output).toContain(`webhook-id    ${event?.id}`);

    const { program: knowing } = await startReceive(['--port', port, '--secret', secret]);
    await reportCompleted(app, { importId: 'second' });
    await knowing.wrote(/POST \/hook {2}signature verified\n/);
    expect(knowing.output).toMatch(/attempt +1\n +content-type +application\/json\n +answer +200\n/);
    expect(knowing.output).toMatch(/^ +"num_data_rows": 433,$/m);
    await interrupt(knowing);
    expect(knowing.output).toMatch(/Stopped\. Requests: 1, with a verified signature: 1\.\n$/);
    expect(knowing.output).not.toContain(secret);
  });

  test('calls a signature by another secret invalid, and takes any of several secrets', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const other = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const { program: strange, url, port } = await startReceive(['--port', '0', '--secret', other]);
    const { secret } = await givenWebhook(app, { url });
    await reportCompleted(app, { importId: 'first' });
    await strange.wrote(/SIGNATURE INVALID: No matching signature found/);
    const unsigned = await fetch(url, { method: 'POST', body: 'whatever' });
    expect(unsigned.status).toBe(200);
    await strange.wrote(/SIGNATURE INVALID: Missing required headers/);
    await interrupt(strange);

    const { program: both } = await startReceive(['--port', port, '--secret', other, secret]);
    await reportCompleted(app, { importId: 'second' });
    await both.wrote(/signature verified/);
  });

  test('fails as often as it is told, then answers with the status it is told, and prints bodies as they came', async () => {
    await using app = await createTestApp({ dispatcher: true, config: { retryScheduleSeconds: [0.1] } });
    const { program, url } = await startReceive([
      '--port',
      '0',
      '--fail',
      '1',
      '--status',
      '202',
      '--delay',
      '10',
      '--raw',
    ]);
    await givenWebhook(app, { url });
    await reportCompleted(app);

    await program.wrote(/attempt +1\n.*\n +answer +500\n/);
    await program.wrote(/attempt +2\n.*\n +answer +202\n/);
    expect(program.output.split(DOCUMENTED_BODY)).toHaveLength(3);
  });

  test('verifies the form of a basic webhook and shows its fields', async () => {
    await using app = await createTestApp({ dispatcher: true });
    const { secret } = await ask<{ secret: string }>(
      app,
      'mutation { rotateBasicWebhookSecret(input: {}) { ... on RotateBasicWebhookSecretPayload { secret } } }',
    );
    const { program, url } = await startReceive(['--port', '0', '--secret', secret]);
    await reportCompleted(app, { importId: 'import-1', settings: { webhookUrl: `${url}/basic` } });

    await program.wrote(/POST \/basic {2}signature verified\n/);
    await program.wrote(/content-type +application\/x-www-form-urlencoded\n +answer +200\n\n +uploadId = import-1\n/);
  });

  test('lets nothing that it prints command the terminal', async () => {
    const { program, url } = await startReceive(['--port', '0']);
    await fetch(`${url}/x`, { method: 'POST', headers: { 'webhook-id': 'a\u009bb' }, body: '\u001b[2J\u202e gone' });

    await program.wrote(/\\u\{001b\}\[2J\\u\{202e\} gone/);
    for (const character of ['\u001b', '\u009b', '\u202e']) expect(program.output).not.toContain(character);
  });

  test('refuses a secret that is none, and a port that is taken, saying what to do', async () => {
    const secret = await runProgram(['receive', '--port', '0', '--secret', 'whsec_%']);
    expect(secret).toMatchObject({ status: 1, output: '' });
    expect(secret.log).toMatch(/^A secret is "whsec_" and base64/);

    await using other = await startReceiver();
    const port = await runProgram(['receive', '--port', String(other.port)]);
    expect(port).toMatchObject({ status: 1, output: '' });
    expect(port.log).toMatch(/Choose another port with --port\.\n$/);
  });
});

async function startReceive(
  options: readonly string[],
): Promise<{ readonly program: Program; readonly url: string; readonly port: string }> {
  const program = startProgram(['receive', ...options]);
  const [, url = ''] = await program.wrote(/Receiving at (http:\S+)\. /);
  return { program, url, port: new URL(url).port };
}

async function interrupt(program: Program): Promise<void> {
  program.kill('SIGINT');
  expect(await program.ended()).toEqual({ status: 0, signal: null });
}
