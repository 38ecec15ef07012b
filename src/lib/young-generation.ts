/**
 * Keeps V8 from making short-lived objects old. Import it first: code that was optimized before stays as it is.
 *
 * Where most objects outlived a few collections, V8 makes those to come old from the start ("allocation site
 * pretenuring"). While a server warms up that is so for what an exchange consists of, since there closures that are
 * assigned to a property (`this.onwrite = () => …` of every `Writable`) are made old until the function is optimized, and
 * keep the exchange. From then on V8 would make parts of each exchange old, and these keep the rest: every collection of
 * young objects copies all exchanges since the last, in 12 to 22 ms instead of 2, during which nothing else happens.
 * `npm run bench -- collections` measures it.
 */

import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-allocation-site-pretenuring');
