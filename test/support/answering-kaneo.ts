import type { Http, HttpRequest, HttpResponse } from "../../src/http/http.ts";
import { connectKaneo } from "../../src/kaneo/api/client.ts";
import { FakeClock } from "./fake-clock.ts";

/** A Kaneo that answers with `answer`, and the requests that it got. */
export function connectTo(
  answer: (request: HttpRequest, count: number) => unknown,
  clock = new FakeClock(),
) {
  let hear: (text: string) => void = () => {};
  const requests: HttpRequest[] = [];
  const http: Http = async (request) => {
    requests.push(request);
    const given = await answer(request, requests.length);
    return isResponse(given) ? given : { status: 200, headers: {}, body: given };
  };
  const connection = connectKaneo({
    http,
    upload: async () => "",
    openSocket: async ({ onText }) => {
      hear = onText;
      return { send: () => {}, closed: new Promise(() => {}) };
    },
    findWebPage: async () => undefined,
    clock,
    instance: "https://kaneo.example",
    defaults: {},
  });
  const announce = (text: string) => hear(text);
  return { clock, requests, connection, announce, kaneo: connection.forCall() };
}

function isResponse(given: unknown): given is HttpResponse {
  return typeof given === "object" && given !== null && "status" in given && "headers" in given;
}
