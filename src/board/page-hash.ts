/** Apart from the document, since every list of tools names it: hosts keep a view by its address (scripts/board-view.mjs). */

/** Twelve hexadecimal digits that change with the document. */
export declare const hash: string;
