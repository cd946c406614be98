/** What the host says about itself and the frame, and what it is told of the frame's size. */
import type { Params } from "./bridge.ts";
import { isRightToLeft } from "./wording.ts";

/** The parts of `hostContext` that the board reads; any of them may be missing. */
export interface HostContext {
  theme?: string;
  styles?: { variables?: Record<string, string | undefined> };
  displayMode?: string;
  availableDisplayModes?: string[];
  containerDimensions?: { height?: number; maxHeight?: number };
  locale?: string;
  timeZone?: string;
}

/** Inline, where the host names no limit: several cards, and the chat is still there. */
const INLINE_HEIGHT_PX = 640;

/** Puts what changed of the context onto the page. */
export function applyContext(context: HostContext): void {
  const { documentElement: root, body } = document;
  const { theme, styles, locale, displayMode, containerDimensions: size = {} } = context;
  // On the body, since a root that is darker than its embedder gets an opaque canvas.
  if (theme === "light" || theme === "dark") body.style.colorScheme = theme;
  for (const [name, value] of Object.entries(styles?.variables ?? {})) {
    if (name.startsWith("--") && value !== undefined) root.style.setProperty(name, value);
  }
  root.dir = isRightToLeft(locale) ? "rtl" : "ltr";
  const isFilled = displayMode === "fullscreen" || size.height !== undefined;
  body.classList.toggle("filled", isFilled);
  root.style.setProperty("--most", `${size.maxHeight ?? INLINE_HEIGHT_PX}px`);
}

const QUIET_MS = 100;

/** Tells the size of the page, when it has not changed for a moment. */
export function reportSize(tell: (size: Params) => void): void {
  const { body } = document;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = "";
  const report = () => {
    const size = {
      width: Math.ceil(innerWidth),
      height: Math.ceil(body.getBoundingClientRect().height),
    };
    if (JSON.stringify(size) === told || body.classList.contains("filled")) return;
    told = JSON.stringify(size);
    tell(size);
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(report, QUIET_MS);
  });
  observer.observe(body);
}
