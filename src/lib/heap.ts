/** Keeps V8 from a guess that does not suit us. To be imported before anything that allocates much. */

import { setFlagsFromString } from 'node:v8';

/**
 * Where most objects of a kind outlived a collection once, V8 makes the next ones in the old generation from then on. For
 * streams it decides so when many requests are under way, and each of them then keeps everything young that it points to,
 * a whole exchange, until the next full collection. With Node 24.21 and got 16.1 half of what each exchange allocates
 * for longer was kept like that: collecting the young generation took 15 ms, again and again, instead of 1.
 * `bench/collections.ts` measures it.
 */
setFlagsFromString('--no-allocation-site-pretenuring');
