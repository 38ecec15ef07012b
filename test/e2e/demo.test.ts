import { describe, expect, inject, test } from 'vitest';
import { ask } from '../support/client.ts';
import { DOCUMENTED_BODY, reportCompleted } from '../support/given.ts';
import { runProgram, startProgram } from '../support/process.ts';
import { startReceiver } from '../support/receiver.ts';

// It brings its own database along, whichever the tests are about.
describe.runIf(inject('database') === 'pglite')('the demo', () => {
  test('tells its story to a good end and exits with 0, whatever the environment says of other databases', async () => {
    const { status, output, log } = await runProgram(['demo', '--exit', '--port', '0'], {
      DATABASE_URL: 'postgresql://127.0.0.1:9/elsewhere',
      LOG_LEVEL: 'trace',
    });

    expect({ status, log }).toEqual({ status: 0, log: '' });
    expect(output).toContain(DOCUMENTED_BODY);
    expect(output.match(/signature verified/g)).toHaveLength(4);
    expect(output.match(/ATTEMPT_FAILED +warehouse +attempt \d: 500, next in/g)).toHaveLength(2);
    expect(output.match(/DELIVERED +(crm|warehouse)$/gm)).toHaveLength(2);
    expect(output.match(/^ {2}yes /gm)).toHaveLength(7);
    expect(output).not.toMatch(/^ {2}NO /m);
    for (const unwanted of ['\u001b', 'phk_']) expect(output).not.toContain(unwanted);
  });

  test('moves to a free port when its own is taken, and runs on with the key that it prints until Ctrl-C', async () => {
    await using other = await startReceiver();
    const demo = startProgram(['demo', '--port', String(other.port)]);
    await demo.wrote(new RegExp(`Port ${other.port} is taken`));
    const [, url = ''] = await demo.wrote(/^ {2}Open +(http:\S+)\/graphql$/m);
    const [, key = ''] = await demo.wrote(/Admin key +(phk_\w+)/);
    expect(await ask({ url, key }, '{ viewer { role } }')).toEqual({ role: 'ADMIN' });

    const { event } = await reportCompleted({ url, key }, { importId: 'my-own' });
    await demo.wrote(new RegExp(`webhook-id: ${event?.id}\\n.*"id":"my-own"`));
    await demo.wrote(/What came of it[\s\S]*DELIVERED +crm\n/);
    demo.kill('SIGINT');
    expect(await demo.ended()).toEqual({ status: 0, signal: null });
  });
});
