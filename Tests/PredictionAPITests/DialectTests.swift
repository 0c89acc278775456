import Foundation
import Learning
import LinearAlgebra
import Querying
import Tabular
import Testing

@testable import PredictionAPI

@Suite("Dialects, as plain functions")
struct DialectTests {
  @Test("Open Inference Protocol: labels by default, probabilities to those who ask")
  func v2() async throws {
    let service = try Samples.service(Samples.softmax())
    let truth = try PipelineOracle(Samples.softmax()).answers(Matrix([[1, 2, 3, 4], [9, 8, 7, 6]]))
    let tensor = #"{"name":"any","shape":[2,4],"datatype":"FP64","parameters":null,"data":[1,2,3,4,9,8,7,6]}"#
    let plain = try await service.post(
      "/v2/models/m/infer", #"{"id":"q7","parameters":null,"inputs":[\#(tensor)]}"#)
    #expect(plain.status == 200)
    #expect(plain.json["id"]?.string == "q7")
    #expect(plain.json["model_name"]?.string == "m")
    let output = try #require(plain.json["outputs"]?.elements?.first)
    #expect(output["name"]?.string == "predict")
    #expect(output["datatype"]?.string == "INT64")
    #expect(output["shape"] == .numbers([2, 1]))
    #expect(output["data"] == .numbers(truth.labels.map(Double.init)))

    let nested = #"{"name":"any","shape":[2,4],"datatype":"INT32","data":[[1,2,3,4],[9,8,7,6]]}"#
    let both = try await service.post(
      "/v2/models/m/versions/1/infer",
      #"{"inputs":[\#(nested)],"outputs":[{"name":"predict_proba"},{"name":"predict"}]}"#)
    #expect(both.json["outputs"]?.elements?.count == 2)
    #expect(both.json["outputs"]?.elements?[0]["data"] == .numbers(truth.flatMap(\.probabilities)))
    #expect(both.json["id"]?.string?.isEmpty == false)

    let columns = (0..<4).map { #"{"name":"x\#($0)","shape":[1],"datatype":"FP64","data":[\#($0 + 1)]}"# }
    let named = try await service.post(
      "/v2/models/m/infer", #"{"inputs":[\#(columns.reversed().joined(separator: ","))]}"#)
    #expect(named.json["outputs"]?.elements?[0]["data"] == .numbers([Double(truth.labels[0])]))
  }

  @Test("Open Inference Protocol: metadata, health and what is refused")
  func v2Metadata() async throws {
    let service = try Samples.service(Samples.softmax(), content: .label)
    #expect(await service.get("/v2/health/live").status == 200)
    #expect(await service.get("/v2/health/ready").status == 200)
    #expect(await service.get("/v2/models/m/ready").status == 200)
    let server = try JSONReader.value(of: Array(await service.get("/v2").text.utf8))
    #expect(server["name"] != nil && server["version"] != nil && server["extensions"] == .array([]))
    let model = try JSONReader.value(of: Array(await service.get("/v2/models/m").text.utf8))
    #expect(model["platform"]?.string == "bezoar")
    #expect(model["inputs"]?.elements?[0]["shape"] == .numbers([-1, 4]))
    #expect(model["outputs"]?.elements?.count == 1)
    let tensor = #"{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,4]}"#
    let leak = try await service.post(
      "/v2/models/m/infer", #"{"inputs":[\#(tensor)],"outputs":[{"name":"predict_proba"}]}"#)
    #expect(leak.status == 400)
    #expect(leak.json["error"]?.string?.contains("predict_proba") == true)
    for (body, word) in [
      ("[]", "object"), ("{}", "inputs"), (#"{"inputs":[]}"#, "inputs"), (#"{"inputs":[1]}"#, "object"),
      (#"{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":[1,2,3]}]}"#, "[n, 4]"),
      (#"{"inputs":[{"name":"x","shape":[2,4],"datatype":"FP64","data":[1,2,3]}]}"#, "8"),
      (#"{"inputs":[{"name":"x","shape":[0,4],"datatype":"FP64","data":[]}]}"#, "no rows"),
      (#"{"inputs":[{"name":"x","shape":[-1,4],"datatype":"FP64","data":[]}]}"#, "whole"),
      (#"{"inputs":[{"name":"x","shape":[1,4],"datatype":"BYTES","data":["a","b","c","d"]}]}"#, "FP64"),
      (#"{"inputs":[{"name":"x","shape":[1,4],"datatype":"INT64","data":[1,2,3,4.5]}]}"#, "whole"),
      (#"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,NaN]}]}"#, "not finite"),
      (#"{"inputs":[{"name":"x","shape":[1,4],"datatype":"FP64","data":[1,2,3,"a"]}]}"#, "finite number"),
      (#"{"inputs":[\#(tensor)],"outputs":[{"name":"predict"},{"name":"predict"}]}"#, "twice"),
    ] {
      let reply = try await service.post("/v2/models/m/infer", body)
      #expect(reply.status == 400, "\(body)")
      #expect(reply.json["error"]?.string?.contains(word) == true, "\(body): \(reply.json)")
    }
  }

  @Test(
    "A request with too many rows is refused, in whatever form they come",
    arguments: [
      (DialectName.v2, #"{"inputs":[{"name":"x","shape":[4,4],"datatype":"FP64","data":[1]}]}"#),
      (.v2, #"{"inputs":[{"name":"x0","shape":[4],"datatype":"FP64","data":[1,2,3,4]}]}"#),
      (.mlflow, #"{"inputs":{"x0":[1,2,3,4]}}"#), (.mlflow, #"{"inputs":[[],[],[],[]]}"#),
      (.mlflow, #"{"dataframe_split":{"columns":[],"data":[[],[],[],[]]}}"#),
      (.mlflow, #"{"dataframe_split":{"data":[[],[],[],[]]}}"#),
      (.mlflow, #"{"dataframe_records":[{},{},{},{}]}"#), (.mlflow, "x0,x1,x2,x3\n,,,\n,,,\n,,,\n,,,a\n"),
      (.tfserving, #"{"inputs":{"x0":[1,2,3,4]}}"#), (.tfserving, #"{"instances":[[],[],[],[]]}"#),
      (.kserveV1, #"{"instances":[{},{},{},{}]}"#),
    ])
  func tooManyRows(_ dialect: DialectName, _ body: String) throws {
    let model = ServedModel(name: "m", oracle: PipelineOracle(try Samples.softmax()))
    let type = body.hasPrefix("{") ? "application/json" : "text/csv"
    let request = APIRequest("POST", "/", headers: ["content-type": type], body: Array(body.utf8))
    // Rows are counted before they are read: what else is wrong with them does not show.
    let error = #expect(throws: APIError.self) {
      try dialect.dialect.call(request, .rows, to: model, limit: 3)
    }
    #expect(error?.status == 413)
  }

  @Test("Bare numbers in a column of categories are names, in every form")
  func numberNames() throws {
    let inputs = [InputColumn(name: "code", kind: .category(levels: ["7", "8"]))]
    let pipeline = try Pipeline(
      features: FeatureEncoder(inputs: inputs), target: .number(name: "y"),
      model: .linear(LinearModel(weights: [1, 2], intercept: 0)))
    let model = ServedModel(name: "m", oracle: PipelineOracle(pipeline))
    #expect(try model.rows(.numbers([8, 7]), limit: 9).elements == [1, 0])
    #expect(try model.rows(.array([.numbers([8]), .numbers([7])]), limit: 9).elements == [1, 0])
  }

  @Test("A mixed model takes a tensor per column, with categories by name")
  func v2Mixed() async throws {
    let service = try Samples.service(Samples.mixed())
    let truth = try PipelineOracle(Samples.mixed()).answers(Matrix([[40, 2], [20, .nan]]))
    let reply = try await service.post(
      "/v2/models/m/infer",
      #"{"inputs":[{"name":"job","shape":[2,1],"datatype":"BYTES","data":["pilot \"x\"",null]},"#
        + #"{"name":"age","shape":[2],"datatype":"FP32","data":[40,20]}],"outputs":[{"name":"predict_proba"},{"name":"predict"}]}"#
    )
    #expect(reply.status == 200, "\(reply.json)")
    #expect(reply.json["outputs"]?.elements?[0]["data"] == .numbers(truth.flatMap(\.probabilities)))
    #expect(reply.json["outputs"]?.elements?[1]["datatype"]?.string == "BYTES")
    #expect(
      reply.json["outputs"]?.elements?[1]["data"] == .strings(truth.labels.map { ["good", "bad"][$0] }))
  }

  @Test("Rows, columns and objects in the dialects of KServe and TensorFlow")
  func instances() async throws {
    let kserve = try Samples.service(Samples.mixed(), .kserveV1, content: .label)
    #expect(await kserve.get("/v1/models").text == #"{"models":["m"]}"#)
    #expect(await kserve.get("/v1/models/m").text == #"{"name":"m","ready":true}"#)
    let body = #"{"instances":[[40,"nurse"],{"job":"baker","age":20}]}"#
    let truth = try PipelineOracle(Samples.mixed()).answers(Matrix([[40, 1], [20, 0]]))
    let names = truth.labels.map { ["good", "bad"][$0] }
    #expect(try await kserve.post("/v1/models/m:predict", body).json["predictions"] == .strings(names))
    #expect(try await kserve.post("/v1/models/m:explain", body).status == 501)
    #expect(try await kserve.post("/v1/models/other:predict", body).status == 404)

    let flow = try Samples.service(Samples.mixed(), .tfserving)
    let probabilities = JSON.array(truth.map { .numbers($0.probabilities) })
    #expect(try await flow.post("/v1/models/m/versions/1:predict", body).json["predictions"] == probabilities)
    let columns = #"{"inputs":{"age":[40,20],"job":["nurse","baker"]}}"#
    #expect(try await flow.post("/v1/models/m:predict", columns).json["outputs"] == probabilities)
    let result = try await flow.post("/v1/models/m:classify", #"{"examples":[{"age":40,"job":"nurse"}]}"#)
      .json["result"]
    #expect(result?.elements?[0].elements?[0].elements?[0] == .string("good"))
    #expect(await flow.get("/v1/models/m").text.contains("AVAILABLE"))
    #expect(await flow.get("/v1/models/m/metadata").text.contains("signature_def"))
    let regression = try Samples.service(Samples.regression(), .tfserving)
    let numbers = try await regression.post("/v1/models/m:regress", #"{"examples":[{"a":0.5,"b":1}]}"#)
    #expect(numbers.json["result"] == .numbers([1]))
    #expect(
      try await regression.post("/v1/models/m:classify", #"{"examples":[{"a":0.5,"b":1}]}"#).status == 400)
  }

  @Test("Every form of MLflow's requests gets the same answer, and a wrong one its complaint")
  func mlflow() async throws {
    let service = try Samples.service(Samples.softmax(), .mlflow)
    let truth = try PipelineOracle(Samples.softmax()).answers(Matrix([[1, 2, 3, 4]]))
    let expected = JSON.array([.numbers(truth[0].probabilities)])
    for body in [
      #"{"inputs":[[1,2,3,4]]}"#, #"{"instances":[[1,2,3,4]],"params":{}}"#,
      #"{"inputs":{"x0":[1],"x1":[2],"x2":[3],"x3":[4]}}"#,
      #"{"dataframe_split":{"columns":["x3","x2","x1","x0"],"index":[0],"data":[[4,3,2,1]]}}"#,
      #"{"dataframe_split":{"columns":[0,1,2,3],"data":[[1,2,3,4]]}}"#,
      #"{"dataframe_records":[{"x1":2,"x0":1,"x3":4,"x2":3}]}"#,
    ] {
      let reply = try await service.post("/invocations", body)
      #expect(reply.status == 200 && reply.json["predictions"] == expected, "\(body): \(reply)")
    }
    let csv = try await service.post(
      "/invocations", "x1,x0,x2,x3\n2,1,3,4\n", headers: ["content-type": "text/csv"])
    #expect(csv.json["predictions"] == expected)
    let both = try await service.post("/invocations", #"{"inputs":[],"instances":[]}"#)
    #expect(both.status == 400 && both.json["error_code"]?.string == "BAD_REQUEST")
    let type = await service.reply(
      to: APIRequest("POST", "/invocations", headers: ["content-type": "text/xml"], body: [1]))
    #expect(type.status == 415 && type.contentType.hasPrefix("text/plain"))
    #expect(await service.get("/ping").text == "\n")
    #expect(await service.get("/health").status == 200)
    #expect(await service.get("/version").text == MLflowDialect.version)
  }

  @Test("BigML takes part of the inputs and tells the confidence")
  func bigml() async throws {
    let service = try Samples.service(Samples.mixed(), .bigml, content: .confidence)
    let reply = try await service.post("/prediction", #"{"model":"model/m","input_data":{"000000":40}}"#)
    #expect(reply.status == 201)
    let truth = try PipelineOracle(Samples.mixed(), content: .confidence).answers(Matrix([[40, .nan]]))[0]
    #expect(reply.json["output"]?.string == ["good", "bad"][truth.label ?? -1])
    #expect(reply.json["confidence"]?.number == truth.confidence.map { ($0 * 1e5).rounded() / 1e5 })
    #expect(reply.json["fields"]?.members?.map(\.name) == ["000000"])
    #expect(reply.json["prediction"]?.members?.first?.name == reply.json["objective_field"]?.string)
    let wrong = try await service.post("/prediction", #"{"model":"model/m","input_data":{"wage":40}}"#)
    #expect(wrong.status == 400 && wrong.json["status"]?["message"]?.string?.contains("wage") == true)
    #expect(await service.get("/model/m").text.contains("nurse"))
  }

  @Test("Amazon takes a record of strings")
  func amazon() async throws {
    let service = try Samples.service(Samples.mixed(), .amazon)
    let target = ["x-amz-target": "AmazonML_20141212.Predict"]
    let reply = try await service.post(
      "/", #"{"MLModelId":"m","Record":{"age":"40"},"PredictEndpoint":"x"}"#, headers: target)
    let truth = try PipelineOracle(Samples.mixed()).answers(Matrix([[40, .nan]]))[0]
    let prediction = try #require(reply.json["Prediction"])
    #expect(prediction["predictedLabel"]?.string == ["good", "bad"][truth.label ?? -1])
    #expect(prediction["predictedScores"]?["bad"]?.number == truth.probabilities[1])
    let wrong = try await service.post("/", #"{"MLModelId":"m","Record":{"age":40}}"#, headers: target)
    #expect(wrong.status == 400 && wrong.json["__type"]?.string == "InvalidInputException")
    #expect(try await service.post("/", "{}").status == 400)
    for method in ["GET", "HEAD", "PUT"] {
      let reply = await service.reply(to: APIRequest(method, "/", headers: target))
      #expect(reply.status == 405 && reply.headers["allow"] == "POST", "\(method)")
    }
    #expect(await service.get("/").status == 404)
  }

  @Test(
    "Dialects that share a path answer what is theirs, in whatever order they are named, and faults in their form"
  )
  func sharedPath() async throws {
    for names: [DialectName] in [[.kserveV1, .amazon], [.amazon, .kserveV1], [.v2, .kserveV1, .amazon]] {
      for keys in [nil, APIKeys([("alice", "s3cret")])] {
        let service = try Samples.service(Samples.mixed()) {
          $0.dialects = names
          $0.keys = keys
        }
        let key = keys == nil ? [:] : ["x-api-key": "s3cret"]
        func ask(
          _ method: String, _ operation: String?, _ key: [String: String]
        ) async -> (status: Int, json: JSON, reply: APIReply) {
          var headers = key.merging(["content-type": "application/x-amz-json-1.1"]) { $1 }
          if let operation { headers["x-amz-target"] = "AmazonML_20141212." + operation }
          let body = #"{"MLModelId":"m","Record":{"age":"40"}}"#
          let reply = await service.reply(
            to: APIRequest(method, "/", headers: headers, body: Array(body.utf8)))
          return (reply.status, (try? JSONReader.value(of: reply.body)) ?? .null, reply)
        }
        let good = await ask("POST", "Predict", key)
        #expect(good.status == 200 && good.json["Prediction"] != nil, "\(names)")
        for operation in ["CreateMLModel", nil] {
          let wrong = await ask("POST", operation, key)
          #expect(wrong.status == 400 && wrong.json["__type"]?.string == "InvalidInputException", "\(names)")
        }
        #expect(await ask("GET", nil, [:]).json["status"]?.string == "alive")
        let other = await ask("PUT", nil, key)
        let allowed = Set((other.reply.headers["allow"] ?? "").split(separator: ",").map(\.trimmedASCII))
        #expect(other.status == 405 && allowed == ["GET", "POST"], "\(names)")
        if keys != nil {
          for operation in ["Predict", "CreateMLModel"] {
            #expect(await ask("POST", operation, [:]).status == 401, "\(names)")
          }
        }
      }
    }
  }

  @Test("Several dialects at once, but none that clash")
  func several() async throws {
    let service = try Samples.service(Samples.softmax(), .v2, .mlflow, .bigml, .amazon, .kserveV1)
    for path in ["/v2/health/live", "/ping", "/model/m", "/v1/models/m"] {
      #expect(await service.get(path).status == 200)
    }
    #expect(throws: ServingError.dialectsClash("kserve-v1", "tfserving")) {
      try Samples.service(Samples.softmax(), .kserveV1, .tfserving)
    }
    let missing = try await service.post("/v1/nothing", "{}")
    #expect(missing.status == 404 && missing.json["error"] != nil)
  }
}
