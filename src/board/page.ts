/** The board's view, made of `view/` by the build (scripts/board-view.mjs), which gives this file its values. */

/** The whole document, script and style included. Only who serves it imports this file, and lazily: it is large. */
export declare const html: string;
