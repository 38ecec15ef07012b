/** `npm run chaos`: kills and cuts at random, and says whether anything was lost. */

import '../../prisma/check-node.js';
import { runCommand } from './command.ts';

await runCommand(process.argv);
