/// What is known of a data set: where it comes from, what its files and columns are, and what to beware of.
public struct DatasetCard: Codable, Hashable, Sendable {
  /// The terms of use as stated by the origin.
  public struct Licence: Codable, Hashable, Sendable {
    /// Short name, as in `CC BY 4.0`, or `none stated`.
    public let name: String
    /// Text of the licence.
    public let url: String?
  }

  /// A file of the data set.
  public struct File: Codable, Hashable, Sendable {
    /// How the rows are written.
    public enum Format: String, Codable, Sendable {
      /// Values with a separator between them.
      case csv, tsv
      /// `label index:value ...` on each line, zeros left out.
      case libsvm
    }

    /// Path below a folder of data sets, such as `sever/qsar-train.csv.gz`.
    public let path: String
    /// SHA-256 in hexadecimal digits.
    public let sha256: String
    /// Size.
    public let bytes: Int
    /// How the rows are written, after decompression.
    public let format: Format
    /// What stands between two values.
    public let separator: String?
    /// Whether the first line holds the names of the columns.
    public let header: Bool
    /// `train`, `test` or `poison` where a data set has several files.
    public let role: String?
    /// Addresses of exactly these bytes; empty if none is known.
    public let urls: [String]

    /// The last part of the path.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    /// Whether the file is compressed by gzip.
    public var isCompressed: Bool { path.hasSuffix(".gz") }
  }

  /// A column, or a group of columns of the same meaning.
  public struct Column: Codable, Hashable, Sendable {
    /// What the values are.
    public enum Kind: String, Codable, Sendable {
      /// Numbers with a unit or a scale, names of levels, numbers of rows, or free text.
      case numeric, categorical, identifier, text
    }

    /// Name as in the header, with its blanks; a chosen name where the file has no header.
    public let name: String
    /// What the values are.
    public let kind: Kind
    /// Meaning and unit.
    public let meaning: String
    /// Number of columns that the entry stands for; nil for one.
    public let count: Int?
  }

  /// Short name on the command line.
  public let id: String
  /// Name for people.
  public let title: String
  /// A few sentences on the content and its use.
  public let description: String
  /// What to cite.
  public let citation: String
  /// Terms of use.
  public let licence: Licence
  /// People or bodies that made the data.
  public let creators: [String]
  /// Day of publication, as in `2009-02-19`.
  public let published: String
  /// Page about the data set.
  public let url: String
  /// The files; none if a generator makes the data.
  public let files: [File]
  /// Number of rows, poison sets apart.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Name of the column that models predict, without blanks around it.
  public let target: String
  /// Names of columns that say something private about a person.
  public let sensitive: [String]
  /// The columns in file order.
  public let schema: [Column]
  /// What a reader of the files must know.
  public let traps: [String]

  /// Whether the data come from a generator and not from a file.
  public var isGenerated: Bool { files.isEmpty }
  /// Size of all files.
  public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  /// The file at this path or of this name.
  public func file(named name: String) -> File? { files.first { $0.path == name || $0.name == name } }
}
