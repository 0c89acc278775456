public import Reporting

/// How the claims of a reproduction came out: one count for each kind of origin, never one for all.
///
/// The first and the headline is that of published numbers. Published words without a number, whose thresholds are those
/// of this project, claims measured by a stronger method of this project, and those that are not judged, are counted
/// apart.
public struct Headline: Sendable, Hashable {
  /// How the judged claims of one kind came out.
  public struct Count: Sendable, Hashable {
    /// How many have each verdict.
    public let verdicts: [Verdict: Int]

    init(_ claims: [Claim]) {
      verdicts = claims.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
    }

    /// How many were judged.
    public var judged: Int { verdicts.values.reduce(0, +) }
    /// How many are met.
    public var met: Int { verdicts.reduce(0) { $0 + ($1.key.isMet ? $1.value : 0) } }

    /// How many have one verdict.
    subscript(_ verdict: Verdict) -> Int { verdicts[verdict] ?? 0 }

    /// What the others are, such as `3 short, 1 undecided`.
    public var others: String {
      Verdict.allCases.filter { !$0.isMet && verdicts[$0] != nil }
        .map { "\(verdicts[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", ")
    }
  }

  /// Numbers that others published, tested by the published method.
  public let published: Count
  /// Published numbers, tested by a stronger method of this project.
  public let strongerMethod: Count
  /// What publications say without a number, judged by thresholds of this project.
  public let publishedWords: Count
  /// Numbers of libraries and of authors' code, run by this project.
  public let peers: Count
  /// Aims of this project.
  public let aims: Count
  /// Earlier measurements and other computations of this project.
  public let references: Count
  /// How many claims are not judged, by the reason.
  public let unjudged: [Verdict: Int]
  /// The ids of the claims that their own null meets, so that they say nothing.
  public let metByNull: [String]

  /// The counts of some claims.
  public init(_ claims: [Claim]) {
    let judged = claims.filter { $0.verdict.isJudged }
    func count(_ isIn: (Claim) -> Bool) -> Count { Count(judged.filter(isIn)) }
    published = count { $0.origin.isPublished && $0.reference != nil && !$0.isOurMethod }
    strongerMethod = count { $0.origin.isPublished && $0.reference != nil && $0.isOurMethod }
    publishedWords = count { $0.origin.isPublished && $0.reference == nil }
    peers = count { $0.origin == .peerRun }
    aims = count { $0.origin == .ownAim }
    references = count { $0.origin == .ownReference }
    metByNull = claims.filter { $0.null?.verdict?.isMet == true }.map(\.id)
    unjudged = claims.filter { !$0.verdict.isJudged }.reduce(into: [:]) { $0[$1.verdict, default: 0] += 1 }
  }

  private var parts: [(value: Int, of: Count, words: String)] {
    let exceeded = published[.exceeded]
    return [
      (
        published[.reproduced], published,
        "published numbers reproduced" + (exceeded > 0 ? ", \(exceeded) exceeded" : "")
      ),
      (
        strongerMethod.met, strongerMethod,
        "published numbers reached by a stronger method of this project"
      ),
      (
        publishedWords.met, publishedWords,
        "published claims in words hold, by thresholds of this project"
      ),
      (peers.met, peers, "numbers of libraries and authors' code agree"),
      (aims.met, aims, "aims of this project met"),
      (references.met, references, "references of this project as before"),
    ].filter { $0.of.judged > 0 }
  }

  /// One sentence for each kind that occurs, the published numbers first.
  public var sentences: [String] {
    let judged = parts.map { part in
      "\(part.value) of \(part.of.judged) \(part.words)"
        + (part.of.others.isEmpty ? "." : " (\(part.of.others)).")
    }
    let rest = Verdict.allCases.compactMap { verdict in unjudged[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    return judged + (rest.isEmpty ? [] : ["Not judged: \(rest.joined(separator: ", "))."])
      + (metByNull.isEmpty
        ? [] : ["Met without any effect too, so they say nothing: \(metByNull.joined(separator: ", "))."])
  }

  /// The same as large numbers.
  public var keyFigures: [Report.KeyFigure] {
    parts.map { .init("\($0.value) of \($0.of.judged)", $0.words) }
  }
}

extension Report {
  /// Appends what the verdicts of these claims mean.
  public mutating func append(rulesFor claims: [Claim]) {
    let used = Set(claims.map(\.verdict))
    let bases = Set(claims.compactMap(\.accepted?.basis))
    append(.subsection("What the verdicts mean"))
    append(
      .list(
        Verdict.allCases.filter(used.contains).map { "\($0.rawValue): \($0.rule)" } + [
          "The interval holds the number with a probability of 95 % over seeds. The ranges follow the spread, the "
            + "precision or the wording of the source and hold the published number."
        ] + Basis.allCases.filter(bases.contains).map { "Judged by \($0.rawValue): \($0.rule)." }))
  }
}
