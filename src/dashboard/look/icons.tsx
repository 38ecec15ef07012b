/** The icons: drawn here, so that none has to be fetched. All are decoration; what they mean is said beside them. */

import type { ReactNode } from 'react';

function icon(shape: ReactNode) {
  return function Icon() {
    return (
      <svg
        className="icon"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {shape}
      </svg>
    );
  };
}

/** The post horn. */
export const Horn = icon(
  <>
    <circle cx="9.5" cy="14" r="5" />
    <path d="M9.5 9H16l5-4v13l-5-4.5h-2" />
  </>,
);
/** The overview. */
export const Chart = icon(<path d="M4 20h16M7 16v-5m5 5V5m5 11V9" />);
/** Webhooks. */
export const Hook = icon(
  <>
    <circle cx="6" cy="17" r="3" />
    <circle cx="18" cy="17" r="3" />
    <circle cx="12" cy="6" r="3" />
    <path d="m10.6 8.7-3.4 5.7M13.4 8.7l3.4 5.7M9 17h6" />
  </>,
);
/** The delivery log. */
export const Pulse = icon(<path d="M3 12h4l3-8 4 16 3-8h4" />);
/** Deliveries. */
export const List = icon(<path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />);
/** Imports. */
export const Inbox = icon(<path d="M3 13h5l1.5 3h5L16 13h5M3 13l3-8h12l3 8v6H3v-6Z" />);
/** Failures. */
export const Warning = icon(<path d="M12 4 2.8 20h18.4L12 4Zm0 6v4.5m0 2.9v.1" />);
/** Saved schemas. */
export const Layers = icon(<path d="m12 3 9 5-9 5-9-5 9-5Zm-9 9 9 5 9-5M3 16l9 5 9-5" />);
/** Keys. */
export const Key = icon(
  <>
    <circle cx="8" cy="15" r="4" />
    <path d="m11 12 9-9m-4 4 3 3m-6 0 2 2" />
  </>,
);
/** Something new. */
export const Plus = icon(<path d="M12 5v14M5 12h14" />);
/** Copy. */
export const Copy = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5 15V6a2 2 0 0 1 2-2h8" />
  </>,
);
/** Done. */
export const Check = icon(<path d="m5 12 5 5 9-10" />);
/** Failed, or remove. */
export const Cross = icon(<path d="m6 6 12 12M18 6 6 18" />);
/** Waiting. */
export const Clock = icon(
  <>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 7.5V12l3 2" />
  </>,
);
/** Paused or held. */
export const Pause = icon(<path d="M9 5v14M15 5v14" />);
/** Go on. */
export const Play = icon(<path d="M8 5v14l11-7L8 5Z" />);
/** Again. */
export const Again = icon(<path d="M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6" />);
/** More actions. */
export const Dots = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />);
/** Send. */
export const Send = icon(<path d="M21 3 10 14M21 3l-7 18-4-7-7-4 18-7Z" />);
/** Light theme. */
export const Sun = icon(
  <>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 2v2m0 16v2M4.2 4.2l1.5 1.5m12.6 12.6 1.5 1.5M2 12h2m16 0h2M4.2 19.8l1.5-1.5M18.3 5.7l1.5-1.5" />
  </>,
);
/** Dark theme. */
export const Moon = icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z" />);
/** Sign out. */
export const Leave = icon(<path d="M14 4H6v16h8M10 12h11m-3-3 3 3-3 3" />);
/** Opens a menu. */
export const Down = icon(<path d="m6 9 6 6 6-6" />);
/** To the next page. */
export const Next = icon(<path d="m9 5 7 7-7 7" />);
