// What of HiveServer2's service its clients in Python use to ask for rows of text.

enum TStatusCode { SUCCESS_STATUS, SUCCESS_WITH_INFO_STATUS, STILL_EXECUTING_STATUS, ERROR_STATUS }
enum TOperationState { INITIALIZED_STATE, RUNNING_STATE, FINISHED_STATE }
enum TOperationType { EXECUTE_STATEMENT }
enum TTypeId { STRING_TYPE = 7 }

struct TStatus { 1: required TStatusCode statusCode }
struct THandleIdentifier { 1: required binary guid, 2: required binary secret }
struct TSessionHandle { 1: required THandleIdentifier sessionId }
struct TOperationHandle {
  1: required THandleIdentifier operationId
  2: required TOperationType operationType
  3: required bool hasResultSet
}

struct TOpenSessionReq {
  1: required i32 client_protocol
  2: optional string username
  3: optional string password
  4: optional map<string, string> configuration
}
struct TOpenSessionResp {
  1: required TStatus status
  2: required i32 serverProtocolVersion
  3: optional TSessionHandle sessionHandle
  4: optional map<string, string> configuration
}
struct TCloseSessionReq { 1: required TSessionHandle sessionHandle }
struct TCloseSessionResp { 1: required TStatus status }

struct TExecuteStatementReq {
  1: required TSessionHandle sessionHandle
  2: required string statement
}
struct TExecuteStatementResp {
  1: required TStatus status
  2: optional TOperationHandle operationHandle
}
struct TGetOperationStatusReq { 1: required TOperationHandle operationHandle }
struct TGetOperationStatusResp {
  1: required TStatus status
  2: optional TOperationState operationState
  9: optional bool hasResultSet
}
struct TCloseOperationReq { 1: required TOperationHandle operationHandle }
struct TCloseOperationResp { 1: required TStatus status }

struct TPrimitiveTypeEntry { 1: required TTypeId type }
union TTypeEntry { 1: TPrimitiveTypeEntry primitiveEntry }
struct TTypeDesc { 1: required list<TTypeEntry> types }
struct TColumnDesc {
  1: required string columnName
  2: required TTypeDesc typeDesc
  3: required i32 position
}
struct TTableSchema { 1: required list<TColumnDesc> columns }
struct TGetResultSetMetadataReq { 1: required TOperationHandle operationHandle }
struct TGetResultSetMetadataResp { 1: required TStatus status, 2: optional TTableSchema schema }

struct TRow {}
struct TStringColumn { 1: required list<string> values, 2: required binary nulls }
union TColumn { 7: TStringColumn stringVal }
struct TRowSet {
  1: required i64 startRowOffset
  2: required list<TRow> rows
  3: optional list<TColumn> columns
}
struct TFetchResultsReq {
  1: required TOperationHandle operationHandle
  3: required i64 maxRows
}
struct TFetchResultsResp {
  1: required TStatus status
  2: optional bool hasMoreRows
  3: optional TRowSet results
}

service TCLIService {
  TOpenSessionResp OpenSession(1: TOpenSessionReq req)
  TCloseSessionResp CloseSession(1: TCloseSessionReq req)
  TExecuteStatementResp ExecuteStatement(1: TExecuteStatementReq req)
  TGetOperationStatusResp GetOperationStatus(1: TGetOperationStatusReq req)
  TCloseOperationResp CloseOperation(1: TCloseOperationReq req)
  TGetResultSetMetadataResp GetResultSetMetadata(1: TGetResultSetMetadataReq req)
  TFetchResultsResp FetchResults(1: TFetchResultsReq req)
}
