/** The board in a browser. All in one file, since starting the browser takes longer than most of the tests. */
import "./browser/doing.ts";
import "./browser/frame.ts";
import "./browser/meanwhile.ts";
import "./browser/server.ts";
import "./browser/showing.ts";
