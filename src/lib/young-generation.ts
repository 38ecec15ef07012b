/**
 * Keeps V8 from making short-lived objects old. Import it before what is to run often: code that was optimized before
 * stays as it is.
 *
 * Where most objects outlived some collections, V8 makes those to come old from the start ("allocation site
 * pretenuring"). While a server warms up that is true of what an exchange consists of, and the parts that are made old
 * from then on keep the rest of it: `docs/decisions/0012-young-objects.md`, and `npm run bench -- collections`.
 */

import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-allocation-site-pretenuring');
