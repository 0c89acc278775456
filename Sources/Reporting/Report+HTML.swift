import Mustache

extension Report {
  /// The page as HTML that needs nothing else: no script, no request, its style and drawings inside.
  ///
  /// - Parameters:
  ///   - drawings: SVG by the id of the figure; a figure without one shows a link to its numbers.
  ///   - remarks: sentences shown at the top.
  public func html(drawings: [String: String] = [:], remarks: [String] = []) throws -> String {
    MustacheContentTypes.register(HTMLText(), named: "HTMLTEXT")
    let template = try MustacheTemplate(
      string: String(decoding: PackageResources.report_mustache, as: UTF8.self))
    var anchors = 0
    let content: [String: Any] = [
      "title": title, "subtitle": subtitle, "colophon": colophon, "remarks": remarks,
      "style": String(decoding: PackageResources.report_css, as: UTF8.self),
      "contents": sections.enumerated().map { ["anchor": "section-\($0.offset + 1)", "text": $0.element] },
      "hasContents": sections.count > 2,
      "blocks": blocks.map { context(of: $0, drawings, &anchors) },
    ]
    return template.render(content)
  }

  private var sections: [String] {
    blocks.compactMap { block in
      if case .section(let text) = block { text } else { nil }
    }
  }

  private func context(
    of block: Block, _ drawings: [String: String], _ anchors: inout Int
  ) -> [String: Any] {
    switch block {
    case .section(let text):
      anchors += 1
      return ["section": ["text": text, "anchor": "section-\(anchors)"]]
    case .subsection(let text): return ["subsection": ["text": text]]
    case .paragraph(let text): return ["paragraph": ["text": text]]
    case .notice(let text): return ["notice": ["text": text]]
    case .list(let items): return ["list": ["items": items]]
    case .keyFigures(let figures):
      return [
        "keyFigures": [
          "items": figures.map { ["value": $0.value, "label": $0.label, "tone": $0.tone.rawValue] }
        ]
      ]
    case .table(let table): return ["table": Self.context(of: table)]
    case .figure(let figure): return ["figure": Self.context(of: figure, drawings[figure.id])]
    case .pictures(let grid):
      return ["pictures": ["title": grid.title, "caption": grid.caption, "drawing": grid.svg]]
    case .claims(let claims): return ["claims": ["items": claims.map(Self.context)]]
    case .methods(let methods): return ["methods": ["items": methods.map(Self.context)]]
    }
  }

  private static func context(of table: TextTable) -> [String: Any] {
    let classes = table.columns.map { $0.alignment == .trailing ? "number" : "word" }
    return [
      "title": table.title, "hasTitle": !table.title.isEmpty,
      "note": table.note, "hasNote": !table.note.isEmpty,
      "label": table.title.isEmpty ? "Table" : table.title,
      "columns": table.columns.enumerated().map { ["text": $0.element.title, "class": classes[$0.offset]] },
      "rows": table.rows.map { row -> [String: Any] in
        let cells = row.enumerated().map { index, cell in
          ["text": cell.text, "class": "\(classes[index]) \(cell.tone.rawValue)"]
        }
        return ["head": cells.first ?? [:], "cells": Array(cells.dropFirst())]
      },
    ]
  }

  private static func context(of figure: Figure, _ drawing: String?) -> [String: Any] {
    [
      "id": figure.id, "title": figure.title, "caption": figure.caption,
      "drawing": drawing.map { InlineDrawing(svg: $0, of: figure).markup } ?? "",
      "isDrawn": drawing != nil,
    ]
  }

  private static func context(of claim: ClaimEntry) -> [String: Any] {
    [
      "statement": claim.statement, "source": claim.source, "published": claim.published,
      "measured": claim.measured, "verdict": claim.verdict, "tone": claim.tone.rawValue,
      "note": claim.note, "hasNote": !claim.note.isEmpty, "label": claim.label,
    ]
  }

  private static func context(of method: MethodEntry) -> [String: Any] {
    [
      "id": method.id, "title": method.title, "kind": method.kind, "summary": method.summary,
      "facts": method.facts.map { ["name": $0.name, "value": $0.value] },
      "hasParameters": method.parameters != nil,
      "parameters": method.parameters.map(context(of:)) ?? [:],
    ]
  }
}

/// Escaping for text and attributes of HTML, scalar by scalar, so that a combining mark after a quote or an angle
/// bracket cannot hide it; control characters that HTML forbids become the replacement character, and a percent
/// sign stays with its number.
struct HTMLText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.replacing(" %", with: "\u{A0}%").unicodeScalars {
      switch scalar {
      case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
      case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
      case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
      case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
      case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
      case "\n", "\t": escaped.append(scalar)
      case _ where scalar.value < 32 || scalar.value == 127: escaped.append("\u{FFFD}")
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
