// Renders /api/v1/openapi.json, and sends requests as this browser's session.
"use strict";

const METHODS = ["get", "post", "patch", "put", "delete"];
/** In the order in which a newcomer needs them; others follow. */
const TAGS = ["session", "market", "orders", "account", "streams", "history", "replay", "system"];

/** An element with properties and children; text is never read as markup. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The name of a schema, or its type, in a few words. */
function typeName(schema) {
  if (!schema) return "nothing";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.type === "array") return `list of ${typeName(schema.items)}`;
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeName).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  return [schema.type ?? "anything"].flat().join(" or ");
}

/** An example of a schema: its own where it has one, otherwise made from its parts. */
function example(schema, shapes, depth = 0) {
  if (!schema || depth > 6) return null;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.$ref) return example(shapes[typeName(schema)], shapes, depth + 1);
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => example(part, shapes, depth + 1)));
  const choice = (schema.oneOf ?? schema.anyOf)?.find((part) => part.type !== "null");
  if (choice) return example(choice, shapes, depth + 1);
  const type = [schema.type].flat()[0];
  if (type === "array") return [example(schema.items, shapes, depth + 1)];
  if (type === "object" || schema.properties) {
    const needed = schema.required ?? [];
    const fields = Object.entries(schema.properties ?? {}).filter(([name]) => needed.includes(name));
    return Object.fromEntries(fields.map(([name, part]) => [name, example(part, shapes, depth + 1)]));
  }
  return { string: "", integer: 1, number: 1, boolean: false }[type] ?? null;
}

/** Body of the JSON content, if there is one. */
function jsonSchema(content) {
  return content?.["application/json"]?.schema ?? Object.values(content ?? {})[0]?.schema;
}

function show(output, status, text) {
  let body = text;
  try {
    body = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: shown as it came.
  }
  output.textContent = `${status}\n\n${body.slice(0, 100_000)}`;
  output.hidden = false;
}

/** The form that sends the request. */
function tryIt(method, path, operation, shapes) {
  const fields = (operation.parameters ?? []).filter((parameter) => parameter.in !== "header");
  const form = element("form");
  const inputs = fields.map((parameter) => {
    const input = element("input", { required: parameter.required ?? false, placeholder: typeName(parameter.schema) });
    const says = parameter.description ? ` — ${parameter.description}` : "";
    form.append(element("label", {}, `${parameter.name} (${parameter.in})${says}`, input));
    return [parameter, input];
  });
  const bodySchema = jsonSchema(operation.requestBody?.content);
  let body = null;
  if (bodySchema) {
    body = element("textarea", { value: JSON.stringify(example(bodySchema, shapes), null, 2), spellcheck: false });
    form.append(element("label", {}, `Body: ${typeName(bodySchema)}`, body));
  }
  const output = element("pre", { hidden: true, tabIndex: 0 });
  form.append(element("button", { type: "submit" }, "Send"), output);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let address = path;
    const query = new URLSearchParams();
    for (const [parameter, input] of inputs) {
      if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value !== "") query.set(parameter.name, input.value);
    }
    if (query.size > 0) address += `?${query}`;
    try {
      const headers = body ? { "content-type": "application/json" } : {};
      const answer = await fetch(address, { method: method.toUpperCase(), headers, body: body?.value });
      show(output, `${answer.status} ${answer.statusText}`, await answer.text());
    } catch (error) {
      show(output, "No answer", String(error));
    }
  });
  return form;
}

/** Streams and sockets have no end to wait for. */
function canTry(path) {
  return !["/api/v1/ws", "/api/v1/stream"].includes(path);
}

function operationView(method, path, operation, shapes) {
  const answers = Object.entries(operation.responses ?? {}).map(([status, response]) => {
    const schema = jsonSchema(response.content);
    return `${status}: ${response.description || "done"}${schema ? ` — ${typeName(schema)}` : ""}`;
  });
  const summary = element(
    "summary", {},
    element("span", { className: `method ${method}` }, method.toUpperCase()),
    element("span", { className: "path" }, path),
    element("span", { className: "says" }, operation.summary ?? ""),
  );
  const view = element("details", {}, summary);
  view.dataset.text = `${method} ${path} ${operation.summary ?? ""}`.toLowerCase();
  view.addEventListener("toggle", () => {
    if (!view.open || view.childElementCount > 1) return;
    if (operation.description) view.append(element("p", {}, operation.description));
    view.append(element("ul", { className: "quiet" }, ...answers.map((line) => element("li", {}, line))));
    if (canTry(path)) view.append(tryIt(method, path, operation, shapes));
  });
  return view;
}

function shapeView(name, schema) {
  const summary = element("summary", {}, element("code", {}, name), element("span", { className: "says" }, schema.description ?? ""));
  const text = JSON.stringify(schema, (key, value) => (key === "$ref" ? typeName({ $ref: value }) : value), 2);
  return element("details", {}, summary, element("pre", { tabIndex: 0 }, text));
}

function render(document_) {
  const shapes = document_.components?.schemas ?? {};
  document.getElementById("about").textContent = document_.info.description ?? "";
  const groups = new Map();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      groups.set(tag, [...(groups.get(tag) ?? []), operationView(method, path, item[method], shapes)]);
    }
  }
  const place = ([tag]) => (TAGS.includes(tag) ? TAGS.indexOf(tag) : TAGS.length);
  const sections = [...groups].sort((a, b) => place(a) - place(b)).map(([tag, views]) => element("section", {}, element("h2", {}, tag), ...views));
  document.getElementById("operations").replaceChildren(...sections);
  const names = Object.keys(shapes).sort();
  document.getElementById("shapes").replaceChildren(...names.map((name) => shapeView(name, shapes[name])));
}

document.getElementById("filter").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/);
  for (const section of document.querySelectorAll("#operations section")) {
    const views = [...section.querySelectorAll("details")];
    for (const view of views) view.hidden = !words.every((word) => view.dataset.text.includes(word));
    section.hidden = views.every((view) => view.hidden);
  }
});

document.getElementById("begin").addEventListener("click", async () => {
  const said = document.getElementById("session");
  try {
    const answer = await fetch("/api/v1/session", { method: "POST" });
    const body = await answer.json();
    said.textContent = answer.ok ? `Account ${body.account_id}` : body.error.message;
  } catch (error) {
    said.textContent = `No answer: ${error}`;
  }
});

fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then(render)
  .catch((error) => {
    document.getElementById("operations").textContent = `The description could not be read: ${error}`;
  });
