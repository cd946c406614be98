/** What a token must look like before it goes into a header. */
export const TOKEN_PATTERN = /^[\x21-\x7e]{8,512}$/;
