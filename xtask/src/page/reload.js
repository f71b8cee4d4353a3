// Development only: waits for the next build (the server holds the answer back until there is one), then reloads.
(async () => {
  let seen;
  for (;;) {
    try {
      const answer = await fetch(`/__reload?seen=${seen ?? ""}`, { cache: "no-store" });
      const version = answer.ok ? await answer.text() : undefined;
      if (seen !== undefined && version !== undefined && version !== seen) location.reload();
      seen ??= version;
      if (version === undefined) await new Promise((resume) => setTimeout(resume, 2000));
    } catch {
      await new Promise((resume) => setTimeout(resume, 300));
    }
  }
})();
