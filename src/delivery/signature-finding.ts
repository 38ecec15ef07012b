/** What can be found out about a signature that a receiver did not accept: the vocabulary of the signature doctor. */

/** Each kind of finding with what it says, in a sentence. Stable: clients may branch on it. */
export const FINDING_KINDS = {
  VALID: 'It is what was sent, and signed with the current secret.',
  HEADER_MISSING: 'A header that every request has is not there.',
  HEADER_REPEATED: 'A header is there several times, with different values.',
  HEADER_WHITESPACE: 'There is white space around the value of a header.',
  TIMESTAMP_MALFORMED: '`webhook-timestamp` is not written in whole seconds, as it was sent.',
  TIMESTAMP_OUT_OF_TOLERANCE: 'It was received further from the time at which it was signed than receivers accept.',
  TIMESTAMP_ALTERED: '`webhook-timestamp` is not the one that the signature is for.',
  ID_ALTERED: '`webhook-id` is not the one that the signature is for.',
  EVENT_UNKNOWN: '`webhook-id` names no event of this organization.',
  EVENT_NOT_DELIVERED: 'The event that `webhook-id` names is not for this webhook.',
  SIGNATURE_MALFORMED: '`webhook-signature` is not written as it was sent.',
  SIGNATURE_NOT_OURS: 'The signature is none that was made for this delivery.',
  OLD_SECRET: 'The signature was made with a secret that has been replaced.',
  WRONG_WEBHOOK: 'The signature was made for another webhook of this organization.',
  BODY_EMPTY: 'There is no body.',
  BODY_CUT: 'The end of the body is missing.',
  BODY_WHITESPACE: 'There is white space around the body, such as a line break at its end.',
  BODY_BYTE_ORDER_MARK: 'There is a byte order mark before the body.',
  BODY_ENCODING: 'The body was read or written in another character encoding than UTF-8.',
  BODY_RESERIALISED: 'The body says the same, but was parsed and written anew, so its bytes are others.',
  BODY_CHANGED: 'The body is not the one that was sent.',
  BODY_ERASED: 'The body was erased, so neither it nor a signature over it can be compared any more.',
} as const;

/** One of the keys of {@link FINDING_KINDS}. */
export type FindingKind = keyof typeof FINDING_KINDS;

const RAW_BODY = 'Check the bytes as they came in, before anything parses, decodes or trims them: the raw body.';
const RAW_HEADERS = 'Hand the three headers to the library as they came in.';

/** What the receiver's owner can do about each. */
export const FINDING_CURES: Readonly<Record<FindingKind, string>> = {
  VALID:
    'A receiver that refuses it has another secret, or checks something else than these headers and bytes. The secret is shown only when it is made: if in doubt, make a new one with `rotateWebhookSecret`.',
  HEADER_MISSING: 'Have the proxy in front of the receiver pass on all headers that begin with `webhook-`.',
  HEADER_REPEATED: 'Have the proxy in front of the receiver pass headers on once.',
  HEADER_WHITESPACE: 'Remove it before checking: the id and the timestamp are part of what is signed.',
  TIMESTAMP_MALFORMED: `${RAW_HEADERS} The timestamp is part of what is signed, as text.`,
  TIMESTAMP_OUT_OF_TOLERANCE:
    'Set the clock of the receiver by a time server. If requests wait in a queue there, check them before they do.',
  TIMESTAMP_ALTERED: RAW_HEADERS,
  ID_ALTERED: RAW_HEADERS,
  EVENT_UNKNOWN:
    'Check whether it was sent by this server, and whether the key that you ask with is of its organization.',
  EVENT_NOT_DELIVERED: 'Ask for the webhook that it was sent for; `posthorn-delivery-id` names the delivery.',
  SIGNATURE_MALFORMED: `${RAW_HEADERS} A signature is \`v1,\` and base64; several are separated by spaces.`,
  SIGNATURE_NOT_OURS:
    'Check whether all three headers are of the same request, and whether it was sent by this server at all.',
  OLD_SECRET:
    'Have the receiver accept the old and the new secret while a rotation overlaps, and try every signature in the header. A redelivery is signed with the new secret.',
  WRONG_WEBHOOK: 'Give the receiver the secret of the webhook that it is called by: each webhook has its own.',
  BODY_EMPTY: `Something has read the body before. ${RAW_BODY}`,
  BODY_CUT: `A limit on the length of bodies may have cut it. ${RAW_BODY}`,
  BODY_WHITESPACE: RAW_BODY,
  BODY_BYTE_ORDER_MARK: RAW_BODY,
  BODY_ENCODING: RAW_BODY,
  BODY_RESERIALISED: RAW_BODY,
  BODY_CHANGED: RAW_BODY,
  BODY_ERASED: 'Ask with a request whose event still has its body.',
};

/** Where two bodies part, with a little of both from just before there. */
export interface Difference {
  /** In bytes, from 0. */
  readonly offset: number;
  readonly received: string;
  readonly sent: string;
}

/** One thing found, with what is known about it. */
export interface Finding {
  readonly kind: FindingKind;
  /** A sentence for people: what it is in this case. Never a secret, nor a signature. */
  readonly message: string;
  /** The header in question, in lower case. */
  readonly header?: string;
  /** How much later than signed it was received, by the receiver's clock; negative when earlier. */
  readonly seconds?: number;
  readonly difference?: Difference;
  /** The webhook, by its UUID, that it was signed for instead. */
  readonly webhookId?: string;
}

/** A finding that says what its kind says, or more. */
export function finding(kind: FindingKind, details: Partial<Omit<Finding, 'kind'>> = {}): Finding {
  return { message: FINDING_KINDS[kind], ...details, kind };
}
