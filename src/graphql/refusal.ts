/** GraphQL: `Refusal`, what every declined mutation answers, and `InputError`. */

import { type DomainError, InputError, type InputProblem } from '../errors.ts';
import { builder } from './builder.ts';

/** The interface of all refusals. */
export const Refusal = builder.interfaceRef<DomainError>('Refusal').implement({
  description: 'Why something was declined. Match `... on Refusal` to handle those you do not know as well.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, in SCREAMING_SNAKE_CASE.' }),
    message: t.exposeString('message', { description: 'For people: what was wrong, and what would be right.' }),
  }),
});

/** Makes a refusal known to the schema under its own name. */
export function exposeRefusal(refusal: new (...args: never[]) => DomainError, description: string): void {
  // The errors plugin finds a member of a union by its class; `never[]` says that nobody constructs it here.
  builder.objectType(refusal as new (...args: unknown[]) => DomainError, {
    name: refusal.name,
    description,
    interfaces: [Refusal],
  });
}

const InputProblemType = builder.objectRef<InputProblem>('InputProblem').implement({
  description: 'One thing wrong with an input.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Where: fields and list positions below `input`, outermost first.',
    }),
    message: t.exposeString('message', { description: 'What is wrong there, and what would be right.' }),
  }),
});

builder.objectType(InputError, {
  name: 'InputError',
  description: 'The input is wrong in itself. Nothing was done.',
  interfaces: [Refusal],
  fields: (t) => ({
    problems: t.field({
      type: [InputProblemType],
      description: 'Everything that is wrong with it.',
      resolve: ({ problems }) => [...problems],
    }),
  }),
});
