/** A real DNS server whose answers a test chooses, and a resolver that asks it. */

import dns from 'node:dns/promises';
import dns2, { Packet } from 'dns2';
import type { Resolver } from '../../src/webhook/address.ts';

/** Addresses of both families, an error, or silence. */
export type DnsAnswer = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'silence';

/** See {@link startDnsServer}. */
export interface DnsServer extends AsyncDisposable {
  readonly port: number;
  /** Names asked for so far, once per question (A and AAAA are two). */
  readonly questions: readonly string[];
}

/** Starts a name server on a free UDP port. `answer` is called for every question; `asked` counts earlier ones of its kind. */
export async function startDnsServer(
  answer: (name: string, asked: number) => DnsAnswer | Promise<DnsAnswer>,
): Promise<DnsServer> {
  const questions: string[] = [];
  const asked = new Map<string, number>();

  const server = dns2.createServer({
    udp: true,
    handle: async (request, send) => {
      const [question] = request.questions;
      if (!question) return;
      const name = question.name.toLowerCase();
      const type = question.type === Packet.TYPE.AAAA ? Packet.TYPE.AAAA : Packet.TYPE.A;
      const key = `${name} ${type}`;
      const before = asked.get(key) ?? 0;
      questions.push(name);
      asked.set(key, before + 1);

      const given = await answer(name, before);
      if (given === 'silence') return;
      const response = Packet.createResponseFromRequest(request);
      if (typeof given === 'string') response.header.rcode = Packet.RCODE[given];
      if (typeof given !== 'string') response.answers.push(...records(question.name, type, given));
      await send(response);
    },
  });
  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  if (!udp) throw new Error('The DNS server did not start.');

  return {
    port: udp.port,
    questions,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A resolver that asks this server and nobody else, for both families. Rejects when neither has an answer. */
export function resolverAt(server: Pick<DnsServer, 'port'>): Resolver {
  const resolver = new dns.Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);

  return async (hostname) => {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
    return [
      ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({ address, family: 4 as const })),
      ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({ address, family: 6 as const })),
    ];
  };
}

function records(name: string, type: number, addresses: readonly string[]) {
  const wanted = addresses.filter((address) => address.includes(':') === (type === Packet.TYPE.AAAA));
  return wanted.map((address) => {
    return new Packet.Resource({ name, type, class: Packet.CLASS.IN, ttl: 0, address: withoutDottedTail(address) });
  });
}

/** The server writes `::127.0.0.1` wrongly, and `::7f00:1`, which is the same, rightly. */
function withoutDottedTail(address: string): string {
  return address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
