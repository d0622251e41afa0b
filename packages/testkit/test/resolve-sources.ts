import { registerHooks } from "node:module";

// For `node --import`: finds `./x.js` as `./x.ts`, so that a child process of a test runs the sources, too.
registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const isOurs = specifier.startsWith(".") && !context.parentURL?.includes("/node_modules/");
    return nextResolve(isOurs ? specifier.replace(/\.js$/, ".ts") : specifier, context);
  },
});
